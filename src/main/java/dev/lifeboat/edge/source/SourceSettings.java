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
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One `eviction-listeners/<source>/source.yaml`.
///
/// @param source the folder's name
/// @param enabled whether a listener starts it without being told to
/// @param endpoint where it is asked; scheme, host and port, or a queue's address
/// @param trust what its word may set off
/// @param cadence how often each thing is asked, by name; things not named keep their default
/// @param durations what else is a duration, such as `window`, by key
/// @param texts what else is a text, such as `cluster-tag`, by key
public record SourceSettings(
        String source,
        boolean enabled,
        URI endpoint,
        Trust trust,
        Map<String, Duration> cadence,
        Map<String, Duration> durations,
        Map<String, String> texts) {
    /// A metadata service throttles at 1,024 packets a second for each network interface; this leaves it alone.
    public static final Duration FASTEST = Duration.ofMillis(20);

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final Set<String> DURATIONS = Set.of("window", "hang");
    private static final Set<String> TEXTS = Set.of("cluster-tag", "region", "token-file", "api", "proof-of-death");
    private static final Set<String> KEYS = Stream.of(
                    Set.of("source", "enabled", "endpoint", "trust", "cadence"), DURATIONS, TEXTS)
            .flatMap(Set::stream)
            .collect(Collectors.toUnmodifiableSet());

    public SourceSettings {
        cadence = Map.copyOf(cadence);
        durations = Map.copyOf(durations);
        texts = Map.copyOf(texts);
        for (var entry : cadence.entrySet()) {
            if (entry.getValue().compareTo(FASTEST) < 0) {
                throw new IllegalArgumentException(
                        source + ": cadence of " + entry.getKey() + " is below " + FASTEST.toMillis() + " ms");
            }
        }
    }

    /// The same source at another address.
    public SourceSettings at(URI elsewhere) {
        return new SourceSettings(source, enabled, elsewhere, trust, cadence, durations, texts);
    }

    /// @throws IllegalArgumentException when `source.yaml` lacks it
    public Duration duration(String key) {
        Duration told = durations.get(key);
        if (told == null) {
            throw new IllegalArgumentException(source + ": " + key + " is missing in source.yaml");
        }
        return told;
    }

    public Duration duration(String key, Duration otherwise) {
        return durations.getOrDefault(key, otherwise);
    }

    /// @throws IllegalArgumentException when `source.yaml` lacks it
    public String text(String key) {
        String told = texts.get(key);
        if (told == null) {
            throw new IllegalArgumentException(source + ": " + key + " is missing in source.yaml");
        }
        return told;
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
                    durations(where, root.path("cadence")),
                    durations(where, only(root, DURATIONS)),
                    texts(root));
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

    private static JsonNode only(JsonNode root, Set<String> keys) {
        var some = YAML.createObjectNode();
        root.properties().stream()
                .filter(entry -> keys.contains(entry.getKey()))
                .forEach(entry -> some.set(entry.getKey(), entry.getValue()));
        return some;
    }

    private static Map<String, String> texts(JsonNode root) {
        var texts = new HashMap<String, String>();
        only(root, TEXTS)
                .properties()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
        return texts;
    }

    private static Map<String, Duration> durations(String where, JsonNode node) {
        var durations = new HashMap<String, Duration>();
        for (var entry : node.properties()) {
            try {
                durations.put(entry.getKey(), Duration.parse(entry.getValue().asText()));
            } catch (DateTimeException e) {
                throw new IllegalArgumentException(
                        where + ": " + entry.getKey() + " is no ISO 8601 duration such as PT0.15S", e);
            }
        }
        return durations;
    }

    private static String text(String where, JsonNode root, String key) {
        String text = root.path(key).asText("");
        if (text.isEmpty()) {
            throw new IllegalArgumentException(where + ": " + key + " is missing");
        }
        return text;
    }
}
