package dev.lifeboat.edge.source.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Drawn;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;

/// AWS's own amazon-ec2-metadata-mock in a process of its own, with session tokens required.
final class AemmServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int CANNOT_BE_HAD = 3;

    private final Process process;
    private final int port;

    private AemmServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /// @param arguments what it mocks, such as `spot --action terminate`
    static AemmServer start(String... arguments) throws Exception {
        int port = freePort();
        var command = new ArrayList<String>(List.of(provisioned()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--imdsv2", "-n", "127.0.0.1", "-p", Integer.toString(port)));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        Thread.ofVirtual().start(() -> drain(process));
        var server = new AemmServer(process, port);
        server.awaitUp();
        return server;
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    @Override
    public void close() {
        process.destroy();
    }

    /// The status without a session token; 0 while nothing listens.
    int statusWithoutToken() throws InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(endpoint().resolve("/latest/meta-data/spot/instance-action"))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    private void awaitUp() throws InterruptedException {
        Instant giveUp = Instant.now().plus(PATIENCE);
        while (statusWithoutToken() == 0) {
            assertThat(process.isAlive()).as("the metadata mock runs").isTrue();
            assertThat(Instant.now()).as("the metadata mock answers").isBefore(giveUp);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private static void drain(Process process) {
        try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            while (lines.readLine() != null) {
                // Read on, so that it never blocks.
            }
        } catch (IOException e) {
            // It ended.
        }
    }

    private static String provisioned() throws Exception {
        var build = new ProcessBuilder(Drawn.top().resolve(".ci/provision-aemm").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String path = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        int code = build.waitFor();
        if (code == CANNOT_BE_HAD) {
            System.out.println("==== SKIPPED: amazon-ec2-metadata-mock cannot be had here (see above) ====");
            Assumptions.abort("amazon-ec2-metadata-mock cannot be had here");
        }
        assertThat(code).as("provision-aemm").isZero();
        return path;
    }

    private static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }
}
