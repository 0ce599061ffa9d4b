package dev.lifeboat.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.Drawn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The demo with a window that is too short, watched by a real Prometheus with the rules that the chart installs.
final class MissedWindowIT {
    private static final Duration GIVE_UP = Duration.ofMinutes(8);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Pattern METRIC = Pattern.compile("lifeboat_[a-z_]+");

    @TempDir
    private Path folder;

    @Test
    void aWindowThatIsTooShortMakesTheAlertFireAndEveryMetricOfTheRulesIsThere() throws Exception {
        var tools = PrometheusTools.here();
        Path runner = Drawn.top().resolve("target/quarkus-app/quarkus-run.jar");
        needed(Files.exists(runner), "not packaged: ./lifeboat test packages first");
        needed(System.getProperty("user.name").equals("root"), "checkpoints need root");
        Path targets = folder.resolve("targets.json");
        Path output = folder.resolve("output");
        Process demo = demo(runner, targets, output);
        try (var prometheus = RunningPrometheus.start(tools, folder, targets)) {
            JsonNode alert = onceItFires(prometheus, demo, output);

            assertThat(alert.path("labels").path("policy").asText()).isEqualTo("EvacuationPolicy/demo/demo-victim");
            assertThat(alert.path("labels").path("trigger").asText()).isEqualTo("preemption");
            assertThat(alert.path("annotations").path("summary").asText())
                    .isEqualTo("Workloads of EvacuationPolicy/demo/demo-victim were lost with their node");
            assertThat(prometheus.names()).containsAll(metricsOfTheRules());
            assertThat(prometheus.exemplars("lifeboat_evacuations_total{outcome=\"missed\"}"))
                    .as("from the alert to the migration")
                    .isNotEmpty()
                    .allMatch(subject -> subject.startsWith("migration="));
        } finally {
            demo.destroy();
            assertThat(demo.waitFor(GIVE_UP.toMinutes(), TimeUnit.MINUTES)).isTrue();
        }
    }

    /// CI has it, or is mended.
    private static void needed(boolean there, String what) {
        if (!there) {
            assertThat(System.getenv("CI")).as(what).isNull();
            System.out.println("==== SKIPPED: MissedWindowIT: " + what + " ====");
            abort(what);
        }
    }

    private static JsonNode onceItFires(RunningPrometheus prometheus, Process demo, Path output) throws Exception {
        long giveUp = System.nanoTime() + GIVE_UP.toNanos();
        while (true) {
            Optional<JsonNode> alert = prometheus.firing().stream()
                    .filter(it -> it.path("labels").path("alertname").asText().equals("LifeboatWindowMissed"))
                    .findFirst();
            if (alert.isPresent()) {
                return alert.get();
            }
            assertThat(demo.isAlive() && prometheus.isAlive() && System.nanoTime() < giveUp)
                    .as(Files.readString(output))
                    .isTrue();
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private static List<String> metricsOfTheRules() throws IOException {
        var metrics = new TreeSet<String>();
        for (Rules.Rule rule : Rules.read().all()) {
            METRIC.matcher(rule.expression()).results().forEach(it -> metrics.add(it.group()));
        }
        return List.copyOf(metrics);
    }

    /// 4 GiB within five seconds is more than two cores compress and seal.
    private Process demo(Path runner, Path targets, Path output) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dlauncher.home=" + Drawn.top(),
                        "-jar",
                        runner.toString(),
                        "demo",
                        "--memory",
                        "4g",
                        "--window",
                        "5s",
                        "--targets",
                        targets.toString(),
                        "--linger",
                        "5m",
                        "--state",
                        folder.resolve("state").toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }
}
