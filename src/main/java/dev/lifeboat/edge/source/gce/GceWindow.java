package dev.lifeboat.edge.source.gce;

import dev.lifeboat.edge.source.Fields;
import dev.lifeboat.edge.source.MetadataHttp;
import dev.lifeboat.edge.source.StrictJson;
import dev.lifeboat.edge.source.Unreadable;
import dev.lifeboat.listener.Payload;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// From the word `TRUE` to the end of this node: what its own scheduling settings say, asked of the
/// Compute Engine API in the name of the instance's account (`compute.instances.get`). They cannot change
/// while it runs.
///
/// Source, read 2026-11: Compute Engine API, `Scheduling`: `preemptionNoticeDuration` is what lies
/// between the word and the soft-off signal, from which on the system itself ends everything;
/// `skipGuestOsShutdown` leaves nothing after the signal, else there are 30 s for Spot machines and 120 s
/// for others. The API's beta version, since Google's Java client does not know
/// `preemptionNoticeDuration` yet.
final class GceWindow implements AutoCloseable {
    private static final Duration SPOT = Duration.ofSeconds(30);
    private static final Duration STANDARD = Duration.ofMinutes(2);
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Logger LOG = Logger.getLogger(GceWindow.class);

    private final MetadataHttp http = new MetadataHttp(LIMIT, StrictJson.MAX_BODY);
    private final GceMetadata metadata;
    private final URI api;
    private final Duration otherwise;
    private @Nullable Duration known;
    private String told = "";

    /// @param api scheme, host and port of the Compute Engine API
    /// @param otherwise counted on while the node's own cannot be learnt
    GceWindow(URI endpoint, URI api, Duration otherwise) {
        this.metadata = new GceMetadata(endpoint, http);
        this.api = api;
        this.otherwise = otherwise;
    }

    /// What is known now.
    synchronized Duration current() {
        return known == null ? otherwise : known;
    }

    /// Asks unless it is known.
    synchronized void learn() throws InterruptedException {
        if (known != null) {
            return;
        }
        try {
            GceMachine machine = metadata.machine();
            Duration window = window(scheduling(machine));
            known = window;
            LOG.infof("window learnt machine=%s spot=%s window=%s", machine.providerId(), machine.spot(), window);
        } catch (IOException | Unreadable e) {
            trouble(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        http.close();
    }

    /// Once, however often it is asked: a server that does not hang is asked ten times a second.
    private void trouble(String why) {
        if (!why.equals(told)) {
            told = why;
            LOG.warnf("the node's window cannot be learnt, counting on window=%s why=%s", otherwise, why);
        }
    }

    private Fields scheduling(GceMachine machine) throws IOException, InterruptedException, Unreadable {
        String path = "/compute/beta/projects/" + machine.project() + "/zones/" + machine.zone() + "/instances/"
                + machine.name() + "?fields=scheduling";
        var request = HttpRequest.newBuilder(api.resolve(path))
                .header("Authorization", "Bearer " + metadata.accessToken())
                .build();
        HttpResponse<Payload> response = http.send(request, LIMIT);
        if (response.statusCode() != 200) {
            throw new IOException("the Compute Engine API: status " + response.statusCode()
                    + "; may the instance's service account do compute.instances.get?");
        }
        return Fields.of(response.body()).object("scheduling");
    }

    static Duration window(Fields scheduling) throws Unreadable {
        if (scheduling.has("preemptionNoticeDuration")) {
            // 64-bit numbers are texts in Google's JSON.
            String seconds = scheduling.object("preemptionNoticeDuration").text("seconds", "0");
            if (!seconds.matches("[0-9]{1,5}")) {
                throw scheduling.badTime("preemptionNoticeDuration", seconds);
            }
            if (!seconds.matches("0+")) {
                return Duration.ofSeconds(Long.parseLong(seconds));
            }
        }
        if (scheduling.flag("skipGuestOsShutdown")) {
            return Duration.ZERO;
        }
        boolean spot = scheduling.flag("preemptible")
                || scheduling.text("provisioningModel", "STANDARD").equals("SPOT");
        return spot ? SPOT : STANDARD;
    }
}
