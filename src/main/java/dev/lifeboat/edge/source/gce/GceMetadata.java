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

/// Asks a node's metadata server what the node is.
///
/// Source: "Predefined metadata keys", Compute Engine documentation, read 2026-11.
final class GceMetadata {
    static final String FLAVOR = "Metadata-Flavor";

    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final URI endpoint;
    private final MetadataHttp http;

    GceMetadata(URI endpoint, MetadataHttp http) {
        this.endpoint = endpoint;
        this.http = http;
    }

    /// @throws IOException when the server does not answer, or something else answers in its place
    GceMachine machine() throws IOException, InterruptedException {
        String id = text("instance/id");
        if (!id.matches("[0-9]{1,19}")) {
            throw new IOException("instance/id is no number");
        }
        return new GceMachine(
                text("project/project-id"),
                last(text("instance/zone")),
                text("instance/name"),
                Long.parseUnsignedLong(id),
                last(text("instance/machine-type")),
                text("instance/scheduling/preemptible").equals("TRUE"));
    }

    /// For Google's own services, in the name of the instance's account.
    String accessToken() throws IOException, InterruptedException {
        try {
            return Fields.of(get("instance/service-accounts/default/token")).text("access_token");
        } catch (Unreadable e) {
            throw new IOException("the access token: " + e.detail(), e);
        }
    }

    private String text(String key) throws IOException, InterruptedException {
        try {
            return StrictJson.text(get(key)).strip();
        } catch (Unreadable e) {
            throw new IOException(key + ": " + e.detail(), e);
        }
    }

    private Payload get(String key) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(endpoint.resolve("/computeMetadata/v1/" + key))
                .header(FLAVOR, "Google")
                .build();
        HttpResponse<Payload> response = http.send(request, LIMIT);
        boolean googles = response.headers().firstValue(FLAVOR).orElse("").equals("Google");
        if (response.statusCode() != 200 || !googles) {
            throw new IOException(key + ": status " + response.statusCode());
        }
        return response.body();
    }

    /// `projects/123456789/zones/europe-west1-b` is `europe-west1-b`.
    private static String last(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
