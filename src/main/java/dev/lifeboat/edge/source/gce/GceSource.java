package dev.lifeboat.edge.source.gce;

import dev.lifeboat.edge.source.Announcements;
import dev.lifeboat.edge.source.MetadataHttp;
import dev.lifeboat.edge.source.SourceSettings;
import dev.lifeboat.edge.source.StrictJson;
import dev.lifeboat.listener.Listener;
import dev.lifeboat.listener.Payload;
import dev.lifeboat.listener.Tally;
import dev.lifeboat.listener.Watch;
import dev.lifeboat.notice.NodeName;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;

/// Watches one value of a node's metadata by a request that the server answers once the value changes.
///
/// Source: "About VM metadata", Compute Engine documentation, read 2026-11: `wait_for_change`, `last_etag`,
/// `timeout_sec`, the header `Metadata-Flavor` in both directions.
public final class GceSource implements AutoCloseable {
    /// How long the server may hold a request back; then it answers with the value as it is.
    static final Duration HANG = Duration.ofMinutes(1);

    private static final String API = "https://compute.googleapis.com";
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    private static final Duration MARGIN = Duration.ofSeconds(5);

    private final URI endpoint;
    private final GceKey key;
    private final NodeName node;
    private final GceWindow window;
    private final Duration hang;
    private final InstantSource clock;
    private final MetadataHttp http = new MetadataHttp(CONNECT_LIMIT, StrictJson.MAX_BODY);
    private final Announcements announcements;

    /// The tag of the value that we know; this one no server has, so the first answer comes at once.
    private String tag = "0";

    GceSource(
            SourceSettings settings,
            GceKey key,
            NodeName node,
            GceWindow window,
            Listener listener,
            Tally tally,
            InstantSource clock) {
        this.endpoint = settings.endpoint();
        this.key = key;
        this.node = node;
        this.window = window;
        this.hang = settings.duration("hang", HANG);
        this.clock = clock;
        // The server says what stands: one look without it is enough.
        this.announcements =
                new Announcements(GceNotices.SOURCE, key.path(), settings.trust(), new Watch(1), listener, tally);
    }

    /// One source for each value of the node; the window is learnt once for all.
    public static List<GceSource> all(
            SourceSettings settings, NodeName node, Listener listener, Tally tally, InstantSource clock) {
        var api = URI.create(settings.texts().getOrDefault("api", API));
        var window = new GceWindow(settings.endpoint(), api, settings.duration("window"));
        return Arrays.stream(GceKey.values())
                .map(key -> new GceSource(settings, key, node, window, listener, tally, clock))
                .toList();
    }

    /// What is watched, for people.
    public String about() {
        return key.path();
    }

    /// Waits for the value to change, or for the server to tire, and takes what is there to the listener.
    public void look() throws InterruptedException {
        window.learn();
        String query = "?wait_for_change=true&last_etag=" + tag + "&timeout_sec=" + hang.toSeconds();
        var request = HttpRequest.newBuilder(endpoint.resolve("/computeMetadata/v1/" + key.path() + query))
                .header(GceMetadata.FLAVOR, "Google")
                .build();
        try {
            heard(http.send(request, hang.plus(MARGIN)));
        } catch (IOException e) {
            announcements.unavailable(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        http.close();
        window.close();
    }

    private void heard(HttpResponse<Payload> response) {
        String flavor = response.headers().firstValue(GceMetadata.FLAVOR).orElse("");
        if (response.statusCode() != 200 || !flavor.equals("Google")) {
            announcements.unavailable(
                    "status " + response.statusCode() + ", " + GceMetadata.FLAVOR + " '" + flavor + "'");
            return;
        }
        Instant now = clock.instant();
        String seen = response.headers().firstValue("etag").orElse("0");
        tag = seen.matches("[0-9A-Za-z]{1,64}") ? seen : "0";
        announcements.present(
                response.body(), now, letter -> GceNotices.read(key, letter, tag, node, window.current()));
    }
}
