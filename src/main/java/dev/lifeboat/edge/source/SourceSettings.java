package dev.lifeboat.edge.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.lifeboat.listener.Trust;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// One `eviction-listeners/<source>/source.yaml`.
///
/// @param source the folder's name
/// @param enabled whether a listener starts it without being told to
/// @param endpoint where it is asked; scheme, host and port, or a queue's address
/// @param trust what its word may set off
/// @param cadence how often each thing is asked, by name; things not named keep their default
public record SourceSettings(String source, boolean enabled, URI endpoint, Trust trust, Map<String, Duration> cadence) {
    /// A metadata service throttles at 1,024 packets a second for each network interface; this leaves it alone.
    public static final Duration FASTEST = Duration.ofMillis(20);

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final Set<String> KEYS = Set.of("source", "enabled", "endpoint", "trust", "cadence");

    public SourceSettings {
        cadence = Map.copyOf(cadence);
        for (var entry : cadence.entrySet()) {
            if (entry.getValue().compareTo(FASTEST) < 0) {
                throw new IllegalArgumentException(
                        source + ": cadence of " + entry.getKey() + " is below " + FASTEST.toMillis() + " ms");
            }
        }
    }

    /// The same source at another address.
    public SourceSettings at(URI elsewhere) {
        return new SourceSettings(source, enabled, elsewhere, trust, cadence);
    }

    /// Every `*/source.yaml` in a folder, by name.
    ///
    /// @throws IllegalArgumentException when one cannot be understood, naming file and key
    public static Map<String, SourceSettings> readAll(Path folder) throws IOException {
        var all = new HashMap<String, SourceSettings>();
        for (Path child : folders(folder)) {
            Path file = child.resolve("source.yaml");
            SourceSettings settings = parse(file.toString(), Files.readString(file));
            String name = String.valueOf(child.getFileName());
            if (!name.equals(settings.source)) {
                throw new IllegalArgumentException(file + ": source is " + settings.source + ", the folder " + name);
            }
            all.put(name, settings);
        }
        return all;
    }

    /// @param where for messages
    static SourceSettings parse(String where, String yaml) {
        try {
            JsonNode root = YAML.readTree(yaml);
            root.fieldNames().forEachRemaining(key -> {
                if (!KEYS.contains(key)) {
                    throw new IllegalArgumentException(where + ": unknown key " + key + "; known are " + KEYS);
                }
            });
            return new SourceSettings(
                    text(where, root, "source"),
                    root.path("enabled").asBoolean(),
                    URI.create(text(where, root, "endpoint")),
                    Trust.valueOf(text(where, root, "trust").toUpperCase(Locale.ROOT)),
                    cadence(where, root.path("cadence")));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(where + ": no YAML: " + e.getOriginalMessage(), e);
        }
    }

    private static List<Path> folders(Path folder) throws IOException {
        var folders = new ArrayList<Path>();
        try (var children = Files.newDirectoryStream(folder)) {
            for (Path child : children) {
                if (Files.isRegularFile(child.resolve("source.yaml"))) {
                    folders.add(child);
                }
            }
        }
        return folders;
    }

    private static Map<String, Duration> cadence(String where, JsonNode node) {
        var cadence = new HashMap<String, Duration>();
        for (var entry : node.properties()) {
            try {
                cadence.put(entry.getKey(), Duration.parse(entry.getValue().asText()));
            } catch (DateTimeException e) {
                throw new IllegalArgumentException(
                        where + ": cadence of " + entry.getKey() + " is no ISO 8601 duration such as PT0.15S", e);
            }
        }
        return cadence;
    }

    private static String text(String where, JsonNode root, String key) {
        String text = root.path(key).asText("");
        if (text.isEmpty()) {
            throw new IllegalArgumentException(where + ": " + key + " is missing");
        }
        return text;
    }
}
