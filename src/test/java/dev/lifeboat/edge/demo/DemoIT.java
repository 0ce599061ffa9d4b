package dev.lifeboat.edge.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.Drawn;
import dev.lifeboat.Provided;
import dev.lifeboat.edge.demo.node.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The main job as a user starts it, on a small process in a short window.
final class DemoIT {
    private static final long PATIENCE_MINUTES = 6;
    private static final String NOWHERE = "NOWHERE";

    @TempDir
    private Path folder;

    /// One station by default, `nowhere` and one in CI; all of them, and nowhere, take about eight minutes:
    /// `-Ddemo.crash=all`.
    static List<String> stations() {
        List<String> asked = List.of(System.getProperty("demo.crash", Step.DURABLE.name())
                .toUpperCase(Locale.ROOT)
                .split(",", -1));
        return asked.equals(List.of("ALL"))
                ? Stream.concat(Stream.of(NOWHERE), Arrays.stream(Step.values()).map(Step::name))
                        .toList()
                : asked;
    }

    @ParameterizedTest
    @MethodSource("stations")
    void savesAProcessFromTheDeathOfItsNodeWhereverItsOrchestratorIsKilled(String station) throws Exception {
        verified(station.equals(NOWHERE) ? new String[0] : new String[] {"--crash", station});
    }

    @Test
    void aDemoThatIsInterruptedLeavesNothingBehind() throws Exception {
        Provided.root();
        Path runner = Provided.runner();
        Path output = folder.resolve("output");
        Process demo = demo(runner, folder.resolve("figures.json"), output);
        List<ProcessHandle> cast = onceTheVictimRuns(demo, output);

        Shell.run("kill", "-INT", Long.toString(demo.pid()));

        assertThat(demo.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)).isTrue();
        for (ProcessHandle each : cast) {
            each.onExit().get(PATIENCE_MINUTES, TimeUnit.MINUTES);
        }
        assertThat(Shell.run("cat", "/proc/mounts")).doesNotContain(folder.toString());
        assertThat(Shell.run("ip", "-o", "link", "show"))
                .doesNotContain("lifeboat" + Long.toString(demo.pid(), Character.MAX_RADIX));
    }

    /// Everybody whom the demo has started. The namespaces have no names, so that they end with the last of these.
    private static List<ProcessHandle> onceTheVictimRuns(Process demo, Path output) throws Exception {
        long giveUp = System.nanoTime() + TimeUnit.MINUTES.toNanos(PATIENCE_MINUTES);
        while (true) {
            List<ProcessHandle> cast = demo.descendants().toList();
            if (cast.stream().anyMatch(DemoIT::isVictim)) {
                return cast;
            }
            assertThat(demo.isAlive() && System.nanoTime() < giveUp)
                    .as(Files.readString(output))
                    .isTrue();
            Stage.pause();
        }
    }

    private static boolean isVictim(ProcessHandle process) {
        return process.info()
                .commandLine()
                .filter(line -> line.contains("victim.Victim"))
                .isPresent();
    }

    private void verified(String... more) throws Exception {
        Provided.root();
        Path runner = Provided.runner();
        Path figures = folder.resolve("figures.json");
        Path output = folder.resolve("output");

        Process demo = demo(runner, figures, output, more);
        boolean ended = demo.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
        demo.destroy();

        assertThat(ended).as(Files.readString(output)).isTrue();
        assertThat(demo.exitValue()).as(Files.readString(output)).isZero();
        JsonNode json = new JsonMapper().readTree(figures.toFile());
        assertThat(json.path("ending").asText()).isEqualTo("VERIFIED");
        assertThat(json.path("runsOn").asText()).isEqualTo("node-b");
        assertThat(json.path("passesAfterRestore").asInt()).isGreaterThanOrEqualTo(Demo.PASSES_TO_VERIFY);
        assertThat(json.path("marginSeconds").asDouble()).isPositive();
        assertThat(folder.resolve("state")).isEmptyDirectory();
    }

    private Process demo(Path runner, Path figures, Path output, String... more) throws Exception {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dlauncher.home=" + Drawn.top(),
                "-jar",
                runner.toString(),
                "demo",
                "--memory",
                "64m",
                "--window",
                "20s",
                "--json",
                figures.toString(),
                "--state",
                folder.resolve("state").toString()));
        command.addAll(List.of(more));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }
}
