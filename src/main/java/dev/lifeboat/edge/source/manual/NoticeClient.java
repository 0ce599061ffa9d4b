package dev.lifeboat.edge.source.manual;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Gives notice to a listener over HTTP, see [NoticeEndpoint].
public final class NoticeClient implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String PATH = "/v1/notices";

    private final HttpClient http;
    private final URI listener;
    private final @Nullable Path tokenFile;
    private final Duration patience;

    /// @param listener scheme, host and port; with a path when `source.yaml` names another than the usual one
    /// @throws IllegalArgumentException for another URL than a web server's, and a token that cannot be read
    public NoticeClient(URI listener, @Nullable Path tokenFile, Duration patience) {
        if (listener.getHost() == null || !List.of("http", "https").contains(listener.getScheme())) {
            throw new IllegalArgumentException("a listener is at http://HOST:PORT, not '" + listener + "'");
        }
        if (tokenFile != null && !Files.isReadable(tokenFile)) {
            throw new IllegalArgumentException("there is no token file " + tokenFile + " that can be read");
        }
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(patience)
                .build();
        this.listener = listener.getPath().length() > 1 ? listener : listener.resolve(PATH);
        this.tokenFile = tokenFile;
        this.patience = patience;
    }

    /// What the listener said.
    ///
    /// @param status of HTTP; 202 means that it has the notice
    /// @param id of the notice, empty when it was refused
    /// @param words its outcome, or reason and detail
    /// @param body as it came
    public record Answer(int status, String id, String words, String body) {
        public boolean accepted() {
            return status == 202;
        }
    }

    /// @throws IOException when nobody answers, or not in our form
    public Answer send(byte[] body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(listener)
                .timeout(patience)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (tokenFile != null) {
            request.header(
                    "Authorization", "Bearer " + Files.readString(tokenFile).strip());
        }
        HttpResponse<String> response = answer(request.build());
        JsonNode said = read(response.body());
        String words = response.statusCode() == 202
                ? said.path("outcome").asText()
                : said.path("reason").asText("HTTP " + response.statusCode()) + ": "
                        + said.path("detail").asText("no listener answers at " + listener);
        return new Answer(response.statusCode(), said.path("id").asText(), words, response.body());
    }

    /// The JDK's exception for nobody there has no words.
    private HttpResponse<String> answer(HttpRequest request) throws IOException, InterruptedException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (ConnectException nobody) {
            throw new IOException("nobody answers", nobody);
        }
    }

    @Override
    public void close() {
        http.close();
    }

    private static JsonNode read(String body) {
        try {
            return MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            return MAPPER.createObjectNode();
        }
    }
}
