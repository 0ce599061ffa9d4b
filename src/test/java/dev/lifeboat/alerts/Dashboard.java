package dev.lifeboat.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.Drawn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// One of the dashboards that the chart installs.
///
/// @param file its name
record Dashboard(String file, JsonNode json) {
    private static final Path FOLDER = Drawn.top().resolve("helm/lifeboat/dashboards");

    /// By name.
    static List<Dashboard> all() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().map(Dashboard::read).toList();
        }
    }

    private static Dashboard read(Path file) {
        try {
            return new Dashboard(file.getFileName().toString(), new JsonMapper().readTree(file.toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Rows are headings, and no panels.
    List<JsonNode> panels() {
        return elements(json.path("panels"))
                .filter(panel -> !panel.path("type").asText().equals("row"))
                .toList();
    }

    static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    List<String> queries() {
        return panels().stream()
                .flatMap(panel -> elements(panel.path("targets")))
                .map(target -> target.path("expr").asText())
                .toList();
    }

    @Override
    public String toString() {
        return file;
    }
}
