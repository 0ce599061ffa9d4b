package dev.lifeboat.edge.telemetry;

import dev.lifeboat.edge.criu.FailureCode;
import dev.lifeboat.edge.kubernetes.picture.Outcome;
import dev.lifeboat.edge.preflight.Capability;
import dev.lifeboat.policy.Policies;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What Prometheus is told by a role that has just started: its types, and the label values of each.
///
/// @param types by metric name
/// @param values by metric name and label
@SuppressWarnings("deprecation") // Quarkus' registry is the one with the older client, and so is ours.
public record Scrape(
        SequencedMap<String, String> types, Map<String, SequencedMap<String, SequencedSet<String>>> values) {
    private static final Pattern SAMPLE = Pattern.compile("([a-z_]+)(?:\\{(.*)})? [^ ]+");
    private static final Pattern PAIR = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");

    /// What every role has, is looked for with the agent.
    static Scrape of(Role role) {
        return switch (role) {
            case LISTENER -> listener();
            case ORCHESTRATOR -> orchestrator();
            case AGENT, EVERY -> agent();
        };
    }

    /// The names of all metrics, and of all series that there can be of them.
    public static List<String> series() {
        var names = new TreeSet<String>();
        for (Role role : Role.values()) {
            names.addAll(of(role).types().keySet());
            names.addAll(of(role).values().keySet());
        }
        return List.copyOf(names);
    }

    /// What a label of a metric may be; of a histogram's parts, too.
    public static Collection<String> values(String series, String label) {
        var values = new TreeSet<String>();
        for (Role role : Role.values()) {
            values.addAll(
                    of(role).values().getOrDefault(series, new TreeMap<>()).getOrDefault(label, new TreeSet<>()));
        }
        return values;
    }

    private static Scrape listener() {
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        var _ = new ListenerMeters(registry, List.of("ec2-imds"));
        return read(registry.scrape());
    }

    private static Scrape orchestrator() {
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        var _ = new OrchestratorMeters(
                registry,
                new OrchestratorMeters.Setting(
                        4,
                        new Policies(List.of()),
                        List.of("X"),
                        Stream.of(Capability.values()).map(Capability::code).toList(),
                        InstantSource.system()));
        var _ = new PolicyMeters(registry, () -> 0, () -> 0);
        new ObjectMeters(registry, Stream.of(Outcome.values()).map(Enum::name).toList()).watch(() -> 0);
        return read(registry.scrape());
    }

    private static Scrape agent() {
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new AgentMeters(
                        registry,
                        InstantSource.system(),
                        Stream.of(FailureCode.values()).map(FailureCode::code).toList())
                .watch(() -> Duration.ZERO);
        return read(registry.scrape());
    }

    /// @param text in the exposition format
    public static Scrape read(String text) {
        var types = new TreeMap<String, String>();
        var values = new TreeMap<String, SequencedMap<String, SequencedSet<String>>>();
        for (String line : text.split("\n", -1)) {
            var words = List.of(line.split(" ", -1));
            if (line.startsWith("# TYPE lifeboat_")) {
                types.put(words.get(2), words.get(3));
            }
            var sample = SAMPLE.matcher(line);
            if (line.startsWith("lifeboat_") && sample.matches()) {
                var labels = values.computeIfAbsent(sample.group(1), _ -> new TreeMap<>());
                pairs(sample.group(2))
                        .forEach(pair -> labels.computeIfAbsent(pair.getFirst(), _ -> new TreeSet<>())
                                .add(pair.getLast()));
            }
        }
        return new Scrape(types, values);
    }

    private static List<List<String>> pairs(@Nullable String labels) {
        var pairs = new ArrayList<List<String>>();
        var matcher = PAIR.matcher(labels == null ? "" : labels);
        while (matcher.find()) {
            pairs.add(List.of(matcher.group(1), matcher.group(2)));
        }
        return pairs;
    }
}
