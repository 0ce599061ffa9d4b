package dev.lifeboat.edge.source.azure;

import dev.lifeboat.edge.source.Announcements;
import dev.lifeboat.edge.source.MetadataHttp;
import dev.lifeboat.edge.source.SourceSettings;
import dev.lifeboat.edge.source.StrictJson;
import dev.lifeboat.listener.Holds;
import dev.lifeboat.listener.Listener;
import dev.lifeboat.listener.Payload;
import dev.lifeboat.listener.Tally;
import dev.lifeboat.listener.Watch;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;

/// Polls a node's scheduled events. The first question turns the service on, which may take minutes; a day without
/// questions turns it off.
public final class AzureSource implements AutoCloseable {
    /// How often we ask unless told otherwise; the vendor's own advice.
    public static final Duration CADENCE = Duration.ofSeconds(1);

    static final String EVENTS = "/metadata/scheduledevents?api-version=2020-07-01";
    static final String NAME = "/metadata/instance/compute/name?api-version=2021-02-01&format=text";

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Patience PATIENCE = new Patience(Duration.ofSeconds(130), LIMIT);
    private static final int LOOKS_UNTIL_GONE = 3;
    private static final int MAX_NAME = 256;

    private final URI endpoint;
    private final NodeName node;
    private final InstantSource clock;
    private final MetadataHttp http = new MetadataHttp(LIMIT, StrictJson.MAX_BODY);
    private final Announcements announcements;
    private final Holds holds;
    private final Patience patience;
    private Set<String> waiting = Set.of();
    private Duration limit;
    private String machine = "";

    /// How long one question may take.
    ///
    /// @param first until one was answered: the vendor says up to two minutes
    /// @param later with the service turned on
    record Patience(Duration first, Duration later) {}

    /// @param holds keeps the events that wait for our approval
    public AzureSource(
            SourceSettings settings, NodeName node, Listener listener, Holds holds, Tally tally, InstantSource clock) {
        this(settings, node, listener, holds, tally, clock, PATIENCE);
    }

    AzureSource(
            SourceSettings settings,
            NodeName node,
            Listener listener,
            Holds holds,
            Tally tally,
            InstantSource clock,
            Patience patience) {
        this.patience = patience;
        this.limit = patience.first();
        this.endpoint = settings.endpoint();
        this.node = node;
        this.clock = clock;
        this.holds = holds;
        this.announcements = new Announcements(
                AzureNotices.SOURCE, "scheduledevents", settings.trust(), new Watch(LOOKS_UNTIL_GONE), listener, tally);
    }

    /// Looks once and takes what is there to the listener.
    public void look() throws InterruptedException {
        try {
            if (machine.isEmpty()) {
                machine = name();
            }
            var response = ask(EVENTS, limit);
            if (response.statusCode() != 200) {
                announcements.unavailable("status " + response.statusCode());
                return;
            }
            limit = patience.later();
            announcements.present(response.body(), clock.instant(), letter -> {
                hold(AzureNotices.approvable(letter, machine, node));
                return AzureNotices.read(letter, machine, node);
            });
        } catch (IOException e) {
            announcements.unavailable(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        http.close();
    }

    /// An event that is not there any more, or has started, waits for nobody.
    private void hold(Map<String, Notice> approvable) {
        waiting.stream()
                .filter(event -> !approvable.containsKey(event))
                .forEach(event -> holds.close(Approval.name(event)));
        approvable.forEach((event, notice) -> holds.open(new Approval(http, endpoint.resolve(EVENTS), event, notice)));
        waiting = Set.copyOf(approvable.keySet());
    }

    /// Resources are named as Azure names machines, which is not as Kubernetes names nodes.
    private String name() throws IOException, InterruptedException {
        var response = ask(NAME, LIMIT);
        String name = new String(response.body().head(MAX_NAME).bytes(), StandardCharsets.UTF_8).strip();
        if (response.statusCode() != 200 || name.isEmpty()) {
            throw new IOException("the machine's own name: status " + response.statusCode());
        }
        return name;
    }

    private HttpResponse<Payload> ask(String path, Duration within) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(endpoint.resolve(path))
                .header("Metadata", "true")
                .build();
        return http.send(request, within);
    }
}
