package dev.lifeboat.edge.kubernetes;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/// One node's kubelet, by its own interface on port 10250 (pkg/kubelet/server/server.go of Kubernetes 1.34).
///
/// | asked | right that it asks for | answer |
/// |---|---|---|
/// | `POST /checkpoint/NAMESPACE/POD/CONTAINER?timeout=S` | `create nodes/checkpoint` |
/// `{"items":["/var/lib/kubelet/checkpoints/NAME.tar"]}` |
/// | `GET /stats/summary` | `get nodes/stats` | how much memory each container uses |
public final class Kubelet implements AutoCloseable {
    /// A path, or some lines of complaint.
    private static final int LONGEST_ANSWER = 64 << 10;

    /// A few hundred bytes a container, and a node has some hundred.
    private static final int LONGEST_SUMMARY = 16 << 20;

    private static final Duration AHEAD_OF_US = Duration.ofSeconds(1);
    private static final Duration CONNECTING = Duration.ofSeconds(5);
    private static final Duration COUNTING = Duration.ofSeconds(10);

    /// What Go's router says of a path that nobody serves; the kubelet's own 404s say what does not exist.
    private static final String NO_ROUTE = "404 page not found";

    /// gRPC's words in what the kubelet hands on from the runtime.
    private static final String UNIMPLEMENTED = "code = Unimplemented";

    private static final String DEADLINE = "code = DeadlineExceeded";
    private static final String NO_CRIU = "CRIU binary not found";
    private static final JsonMapper JSON = new JsonMapper();

    private final URI address;
    private final Path token;
    private final HttpClient client;

    /// @param address such as `https://10.0.1.7:10250`
    /// @param node whose name the kubelet's certificate must bear, whatever the address
    /// @param authority certificates, PEM, one of which has signed the kubelet's
    /// @param token of the service account; read for each call, for it changes
    /// @throws IOException when the authority cannot be read
    public Kubelet(URI address, String node, Path authority, Path token) throws IOException {
        this.address = address;
        this.token = token;
        this.client = HttpClient.newBuilder()
                .connectTimeout(CONNECTING)
                .sslContext(NodeTrust.context(authority, node))
                .build();
    }

    /// What came of a checkpoint.
    public sealed interface Answer {
        /// @param file the archive, as the node names it
        record Written(String file) implements Answer {}

        /// @param said by the kubelet, for people
        record Refused(Refusal why, String said) implements Answer {}
    }

    /// Why a kubelet gave none.
    public enum Refusal {
        UNREACHABLE,
        UNTRUSTED,
        UNAUTHORIZED,
        FORBIDDEN,
        GATE_OFF,
        KNOWS_NONE,
        RUNTIME_UNABLE,
        RUNTIME_FAILED,
        TIMED_OUT
    }

    /// Has the container checkpointed; it runs on. We wait for the answer's last byte and no longer
    /// than the limit, and the runtime is told a little less: what it then says of itself is better
    /// than our silence.
    ///
    /// @throws InterruptedException when it is given up: the call ends, and with it what it
    ///     had begun
    public Answer checkpoint(String namespace, String pod, String container, Duration limit)
            throws InterruptedException {
        long seconds = Math.max(1, limit.minus(AHEAD_OF_US).toSeconds());
        var request = request("/checkpoint/" + namespace + "/" + pod + "/" + container + "?timeout=" + seconds, limit)
                .POST(HttpRequest.BodyPublishers.noBody());
        try {
            HttpResponse<String> answer = answer(authorized(request), LONGEST_ANSWER, limit);
            return answer(answer.statusCode(), answer.body());
        } catch (HttpTimeoutException slow) {
            return new Answer.Refused(Refusal.TIMED_OUT, "no answer within " + limit);
        } catch (SSLException distrusted) {
            return new Answer.Refused(Refusal.UNTRUSTED, address + ": " + distrusted.getMessage());
        } catch (IOException unreachable) {
            return new Answer.Refused(Refusal.UNREACHABLE, address + ": " + unreachable);
        }
    }

    /// The request's own limit ends with the head of the answer; whoever holds its body back would
    /// hold us for ever.
    private HttpResponse<String> answer(HttpRequest request, int longest, Duration limit)
            throws IOException, InterruptedException {
        var coming = client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofString(), longest));
        try {
            return coming.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException slow) {
            throw new HttpTimeoutException("no whole answer within " + limit);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException cause ? cause : new IOException(failed.getCause());
        } finally {
            coming.cancel(true);
        }
    }

    static Answer answer(int status, String body) {
        String said = body.strip();
        return switch (status) {
            case HttpURLConnection.HTTP_OK -> written(said);
            case HttpURLConnection.HTTP_UNAUTHORIZED -> new Answer.Refused(Refusal.UNAUTHORIZED, said);
            case HttpURLConnection.HTTP_FORBIDDEN -> new Answer.Refused(Refusal.FORBIDDEN, said);
            case HttpURLConnection.HTTP_NOT_FOUND, HttpURLConnection.HTTP_BAD_METHOD ->
                new Answer.Refused(said.equals(NO_ROUTE) ? Refusal.GATE_OFF : Refusal.KNOWS_NONE, said);
            default -> new Answer.Refused(failure(said), status + ": " + said);
        };
    }

    private static Refusal failure(String said) {
        if (said.contains(UNIMPLEMENTED) || said.contains(NO_CRIU)) {
            return Refusal.RUNTIME_UNABLE;
        }
        return said.contains(DEADLINE) ? Refusal.TIMED_OUT : Refusal.RUNTIME_FAILED;
    }

    private static Answer written(String said) {
        try {
            String file = JSON.readTree(said).path("items").path(0).asText();
            return file.isEmpty()
                    ? new Answer.Refused(Refusal.RUNTIME_FAILED, "it names no archive: " + said)
                    : new Answer.Written(file);
        } catch (JacksonException wrong) {
            return new Answer.Refused(Refusal.RUNTIME_FAILED, "no JSON: " + said);
        }
    }

    /// A container of this node.
    public record Container(String namespace, String pod, String name) {}

    /// Memory in use, by container: at least what a dump carries, for it counts cached files, too.
    ///
    /// @throws IOException when the kubelet does not say
    public Map<Container, ByteCount> memory() throws IOException, InterruptedException {
        var request = request("/stats/summary?only_cpu_and_memory=true", COUNTING);
        HttpResponse<String> answer = answer(authorized(request), LONGEST_SUMMARY, COUNTING);
        if (answer.statusCode() != HttpURLConnection.HTTP_OK) {
            throw new IOException(address + " does not say what its pods use: " + answer.statusCode());
        }
        return memory(answer.body());
    }

    static Map<Container, ByteCount> memory(String summary) throws IOException {
        var used = new HashMap<Container, ByteCount>();
        for (JsonNode pod : JSON.readTree(summary).path("pods")) {
            JsonNode reference = pod.path("podRef");
            for (JsonNode container : pod.path("containers")) {
                JsonNode bytes = container.path("memory").path("workingSetBytes");
                Optional.of(bytes)
                        .filter(JsonNode::isNumber)
                        .ifPresent(it -> used.put(
                                new Container(
                                        reference.path("namespace").asText(),
                                        reference.path("name").asText(),
                                        container.path("name").asText()),
                                new ByteCount(Math.max(0, it.asLong()))));
            }
        }
        return used;
    }

    private HttpRequest.Builder request(String path, Duration limit) {
        return HttpRequest.newBuilder(address.resolve(path)).timeout(limit);
    }

    private HttpRequest authorized(HttpRequest.Builder request) throws IOException {
        String secret = Files.readString(token, StandardCharsets.US_ASCII).strip();
        return request.header("Authorization", "Bearer " + secret).build();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
