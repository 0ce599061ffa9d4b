package dev.lifeboat.edge.telemetry;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Drawn;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Draws the page of metrics from the catalogue and from what a scrape really says.
final class MetricsPageTest {
    /// Their values depend on how a process is started.
    private static final List<Label> SET_BY_OPERATORS = List.of(Label.SOURCE, Label.POLICY, Label.VERSION, Label.ROLE);

    private static final String HEAD = """
            # Metrics

            Drawn by `MetricsPageTest` from the catalogue (`edge.telemetry.Metric`, where every meter is made) and from a scrape.

            Every role answers at `/q/metrics` on its HTTP port, by HTTP/1.1, in OpenMetrics or in Prometheus' text format, whichever `Accept` wants
            more. Quarkus adds its own (`jvm_*`, `process_*`, `http_server_*`, `kafka_*`), which are not listed.

            - Every series is there from the start, counters at 0: one that is born with its first event is invisible to `increase()`.
            - Label values are closed sets. Nodes, namespaces, workloads and migrations are no labels: there is no end to them; which
              ones a figure is about is in the log and in `lifeboat explain`.
            - What is counted of one migration or notice (`lifeboat_evacuations_total`, saves, restores, phases, windows, forecasts;
              `lifeboat_notice_lag_seconds`) says in OpenMetrics which one was the last, by an exemplar `migration` or `notice`; `lifeboat explain
              --broker KAFKA --policies POLICIES ID` tells the rest. Prometheus keeps exemplars where it runs with
              `--enable-feature=exemplar-storage`, and needs nothing else.
            - Counters of the orchestrator are counted by whoever decided: sum them. Its gauges about the whole cluster are told by
              every orchestrator: take their maximum. Which is which stands under *how to add up*.
            - Histograms have `_bucket`, `_count`, `_sum`, and a gauge `_max` of the last minutes.
            """;

    private static final String LEFT_OUT = """

            ## What is left out, and why

            A metric without a source of truth is not here. Not known yet:

            - an objective for work at risk: policies name none. `lifeboat_copies_overdue` holds copies ahead against the interval that
              policy and window ask for; a copy ahead makes a save short and is nothing to restore from by itself;
            - the processor time of complete checkpoints and of looking what gets dirty: no budget counts it.
              `lifeboat_background_cpu_seconds_total` is of rounds;
            - what a store could do: there is `lifeboat_uplink_bytes_per_second` from the transfers that there were, and every refusal
              counts as a failed save, restore or round. Whether that is enough is what LifeboatWindowAtRisk says, by `reason`: what would
              be left to send, over the throughput seen, against the window (`residual_too_large`, `window_shared`);
            - `namespace`: it is no closed set; policies, which are, stand for it.
            """;

    private static final List<Metric> OF_THE_CLUSTER = List.of(
            Metric.PARTITIONS,
            Metric.NODES,
            Metric.DOUBLE_RUNS,
            Metric.NO_COMPATIBLE_DESTINATION,
            Metric.NO_COMPATIBLE_DESTINATION_REASON,
            Metric.CANNOT_BE_SAVED,
            Metric.NODES_LACKING,
            Metric.WORK_AT_RISK,
            Metric.COPIES_OVERDUE,
            Metric.POLICIES,
            Metric.BACKGROUND_CANNOT_FIT,
            Metric.BACKGROUND_UNKNOWN,
            Metric.CANARY,
            Metric.CANARY_SUCCESS,
            Metric.RESTORE_PENDING,
            Metric.RESTORE_START_WITHIN,
            Metric.BACKGROUND_AGE);

    @Test
    void everythingThatIsScrapedIsInTheCatalogueAndTheOtherWayRound() {
        var scraped = Arrays.stream(Role.values())
                .map(Scrape::of)
                .flatMap(scrape -> scrape.types().keySet().stream())
                .filter(name -> !name.endsWith("_max"))
                .collect(Collectors.toSet());
        assertThat(scraped)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Metric.values()).map(Metric::exposed).toList());
    }

    @Test
    void everyMetricIsOnItsPage() {
        var page = new StringBuilder(HEAD);
        for (Role role : Role.values()) {
            page.append("\n## ").append(title(role)).append("\n\n");
            page.append("| metric | type | labels | how to add up | what it is |\n|---|---|---|---|---|\n");
            Scrape scrape = Scrape.of(role);
            Arrays.stream(Metric.values())
                    .filter(metric -> metric.role() == role)
                    .forEach(metric -> page.append(row(metric, scrape)));
        }
        page.append("\n## Label values\n\n").append("""
                `source`: the notice sources that are turned on. `policy`: each policy that the orchestrator was started with, as
                `EvacuationPolicy/NAMESPACE/NAME`, and `none`, and `other` for those of earlier days. The others, of each metric:

                """);
        page.append("| metric | label | values |\n|---|---|---|\n");
        for (Metric metric : Metric.values()) {
            Scrape scrape = Scrape.of(metric.role());
            metric.labels().stream()
                    .filter(label -> !SET_BY_OPERATORS.contains(label))
                    .forEach(label -> page.append(values(metric, label, scrape)));
        }
        page.append(LEFT_OUT);
        Drawn.matches(Path.of("docs", "reference", "metrics.md"), page.toString());
    }

    private static String title(Role role) {
        String name = role.name().charAt(0) + role.name().substring(1).toLowerCase(Locale.ROOT);
        return role == Role.EVERY ? "Every role" : name + " (" + role.many() + ")";
    }

    private static String row(Metric metric, Scrape scrape) {
        String labels =
                metric.labels().stream().map(label -> "`" + label.key() + "`").collect(Collectors.joining(", "));
        return "| `%s` | %s | %s | %s | %s |\n"
                .formatted(metric.exposed(), scrape.types().get(metric.exposed()), labels, sums(metric), metric.help());
    }

    private static String sums(Metric metric) {
        if (OF_THE_CLUSTER.contains(metric)) {
            return "max";
        }
        if (metric == Metric.LISTENER_HEARTBEAT) {
            return "min";
        }
        return metric == Metric.BUILD_INFO ? "count" : "sum";
    }

    /// A reason of dead letters is the Kafka edge's to list.
    private static String values(Metric metric, Label label, Scrape scrape) {
        if (metric == Metric.DEAD_LETTERS) {
            return "| `%s` | `reason` | as in [topics.md](topics.md), in lower case |\n".formatted(metric.exposed());
        }
        String sample = scrape.values().containsKey(metric.exposed()) ? metric.exposed() : metric.exposed() + "_count";
        String values = requireNonNull(
                        requireNonNull(scrape.values().get(sample)).get(label.key()))
                .stream()
                .map(value -> "`" + value + "`")
                .collect(Collectors.joining(", "));
        return "| `%s` | `%s` | %s |\n".formatted(metric.exposed(), label.key(), values);
    }
}
