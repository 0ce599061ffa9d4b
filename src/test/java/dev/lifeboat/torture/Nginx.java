package dev.lifeboat.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/// nginx with two workers; its client gets files and looks for the workers.
final class Nginx implements Victim {
    private static final int WORKERS = 2;
    private static final int LENGTH = 3 << 20;

    private final DebianTree debian;
    private final Path volume;
    private final int port;
    private final byte[] content = new byte[LENGTH];
    private Set<Long> workers = Set.of();

    /// @param volume what is served, and need not travel
    Nginx(DebianTree debian, Path volume, int port) {
        this.debian = debian;
        this.volume = volume;
        this.port = port;
    }

    @Override
    public List<String> command(Path folder) throws IOException {
        new Random(port).nextBytes(content);
        Files.write(volume.resolve("served"), content);
        Path settings = Files.writeString(volume.resolve("nginx.conf"), """
                daemon off;
                user root root;
                worker_processes %d;
                pid %s/nginx.pid;
                error_log %s/error.log;
                events {}
                http {
                    access_log off;
                    client_body_temp_path %s/a; proxy_temp_path %s/b; fastcgi_temp_path %s/c; uwsgi_temp_path %s/d;
                    scgi_temp_path %s/e;
                    server { listen 127.0.0.1:%d; root %s; }
                }
                """.formatted(
                        WORKERS, volume, volume, volume, volume, volume, volume, volume, port, volume));
        return debian.command(
                "/usr/sbin/nginx", "-p", volume.toString(), "-e", volume + "/error.log", "-c", settings.toString());
    }

    @Override
    public void load() throws Exception {
        StepLog.awaits("nginx", () -> served(0));
        for (int i = 0; i < 50; i++) {
            assertThat(served(i * 1_000)).isTrue();
        }
        workers = workers();
        assertThat(workers).hasSize(WORKERS);
    }

    @Override
    public void verify() throws Exception {
        for (int i = 0; i < 50; i++) {
            assertThat(served(i * 1_000)).as("what is served").isTrue();
        }
        assertThat(workers()).as("the workers").isEqualTo(workers);
    }

    /// Asks on a connection of its own, closed at once.
    private boolean served(int from) throws InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/served"))
                .header("Range", "bytes=" + from + "-")
                .build();
        try (var client = HttpClient.newHttpClient()) {
            byte[] body = client.send(request, HttpResponse.BodyHandlers.ofByteArray())
                    .body();
            return Arrays.equals(body, 0, body.length, content, from, LENGTH);
        } catch (IOException notYet) {
            return false;
        }
    }

    private Set<Long> workers() throws IOException {
        long master =
                Long.parseLong(Files.readString(volume.resolve("nginx.pid")).strip());
        return ProcessHandle.of(master)
                .orElseThrow()
                .children()
                .map(ProcessHandle::pid)
                .collect(Collectors.toSet());
    }
}
