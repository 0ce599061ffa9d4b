package dev.lifeboat.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/// A real Prometheus with the rules that the chart installs, looking every second.
final class RunningPrometheus implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Process process;
    private final int port;
    private final HttpClient client = HttpClient.newHttpClient();

    private RunningPrometheus(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /// @param targets a file for `file_sd_configs`; it need not be there yet
    static RunningPrometheus start(PrometheusTools tools, Path folder, Path targets) throws IOException {
        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Path config = Files.writeString(folder.resolve("prometheus.yaml"), """
                global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
                rule_files: [%s]
                scrape_configs:
                  - job_name: lifeboat
                    metrics_path: /q/metrics
                    file_sd_configs: [{files: [%s], refresh_interval: 1s}]
                """.formatted(Rules.FILE, targets));
        Process process = new ProcessBuilder(
                        tools.prometheus().toString(),
                        "--config.file=" + config,
                        "--enable-feature=exemplar-storage",
                        "--storage.tsdb.path=" + folder.resolve("tsdb"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("prometheus.log").toFile())
                .start();
        return new RunningPrometheus(process, port);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// The alerts that fire now.
    List<JsonNode> firing() throws IOException, InterruptedException {
        return StreamSupport.stream(
                        get("/api/v1/alerts").path("data").path("alerts").spliterator(), false)
                .filter(alert -> alert.path("state").asText().equals("firing"))
                .toList();
    }

    /// The names of everything that was ever scraped or recorded.
    List<String> names() throws IOException, InterruptedException {
        var names = new ArrayList<String>();
        get("/api/v1/label/__name__/values").path("data").forEach(name -> names.add(name.asText()));
        return names;
    }

    /// What figures of these series were about: of each, its exemplar's label and id, as `migration=pi-0-3f9a2c81d04e`.
    ///
    /// @param series a selector
    List<String> exemplars(String series) throws IOException, InterruptedException {
        var subjects = new ArrayList<String>();
        get("/api/v1/query_exemplars?query=" + URLEncoder.encode(series, StandardCharsets.UTF_8))
                .path("data")
                .forEach(one -> one.path("exemplars")
                        .forEach(exemplar -> exemplar.path("labels")
                                .properties()
                                .forEach(label -> subjects.add(
                                        label.getKey() + "=" + label.getValue().asText()))));
        return subjects;
    }

    @Override
    public void close() {
        client.close();
        process.destroyForcibly();
    }

    /// @return an empty document while it does not answer
    private JsonNode get(String path) throws InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(PATIENCE)
                .build();
        try {
            return new JsonMapper()
                    .readTree(client.send(request, BodyHandlers.ofString()).body());
        } catch (IOException _) {
            return new JsonMapper().createObjectNode();
        }
    }
}
