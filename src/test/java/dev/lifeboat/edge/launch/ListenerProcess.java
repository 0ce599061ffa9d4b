package dev.lifeboat.edge.launch;

import dev.lifeboat.Drawn;
import dev.lifeboat.Provided;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// `lifeboat listener` as a user starts it, on a folder of sources of its own.
final class ListenerProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /// For one answer.
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Path folder;
    private final Path log;
    private final int port;
    private final Process process;

    /// @param folder with `sources`, and the spool; may be another's that has ended
    ListenerProcess(Path folder, String node, String kafka, Map<String, String> environment) throws IOException {
        this.folder = folder;
        this.log = Files.createTempFile(folder, "listener", ".log");
        this.port = freePort();
        var builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dlauncher.home=" + Drawn.top(),
                        "-jar",
                        Provided.runner().toString(),
                        "listener",
                        "--node",
                        node,
                        "--kafka",
                        kafka,
                        "--sources",
                        folder.resolve("sources").toString(),
                        "--spool",
                        folder.resolve("spool").toString(),
                        "--http-port",
                        Integer.toString(port)))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        process = builder.start();
    }

    /// Turns a source on, with full trust.
    ///
    /// @param more lines of its `source.yaml`
    static void source(Path folder, String name, String endpoint, String more) throws IOException {
        Path file = folder.resolve("sources").resolve(name).resolve("source.yaml");
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(
                file, "source: %s\nenabled: true\nendpoint: %s\ntrust: full\n%s\n".formatted(name, endpoint, more));
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /// A page of its HTTP port; empty while it does not answer.
    String get(String path) {
        return answer(request(path).build(), "", HttpResponse::body);
    }

    /// By which it answers somebody who asks for the newest.
    HttpClient.@Nullable Version version(String path) {
        return answer(request(path).build(), null, HttpResponse::version);
    }

    /// Gives notice; the answer's body, empty while nobody answers.
    String post(String notice) {
        return answer(
                request("/v1/notices")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(notice))
                        .build(),
                "",
                HttpResponse::body);
    }

    /// Without a type nothing is a notice.
    void awaitUp() throws IOException {
        var knock =
                request("/v1/notices").POST(HttpRequest.BodyPublishers.noBody()).build();
        until("the listener takes notices", () -> answer(knock, 0, HttpResponse::statusCode) == 415);
    }

    /// What it has written so far.
    String log() throws IOException {
        return Files.readString(log);
    }

    Path spool() {
        return folder.resolve("spool");
    }

    void until(String what, BooleanSupplier condition) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited in vain until " + what + "\n" + log());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    /// As a machine that is taken ends it.
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(endpoint().resolve(path)).timeout(LIMIT);
    }

    private interface Part<P extends @Nullable Object> {
        P of(HttpResponse<String> response);
    }

    private static <P extends @Nullable Object> P answer(HttpRequest request, P otherwise, Part<P> part) {
        try (var http = HttpClient.newHttpClient()) {
            return part.of(http.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            return otherwise;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }
}
