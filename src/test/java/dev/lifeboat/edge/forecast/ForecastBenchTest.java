package dev.lifeboat.edge.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class ForecastBenchTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return new CommandLine(new ForecastBench())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    /// Processes that nobody tuned for: the aims that do not hang on the choice of processes hold for these too.
    @Test
    void keepsItsPromisesOnProcessesItHasNotSeen() throws IOException {
        for (SyntheticTrace.Shape shape : SyntheticTrace.Shape.values()) {
            SyntheticTrace.write(folder, shape, 120, 11);
        }
        Path json = folder.resolve("figures.json");

        assertThat(run("--traces", folder.toString(), "--seeds", "3", "--seed", "40", "--json", json.toString()))
                .isZero();

        JsonNode total = new ObjectMapper().readTree(json.toFile()).at("/total");
        JsonNode own = total.at("/lifeboat");
        assertThat(own.at("/predictions").asInt()).isGreaterThan(15_000);
        assertThat(own.at("/coverage95").asDouble()).isBetween(0.935, 0.965);
        assertThat(own.at("/coverage99").asDouble()).isGreaterThanOrEqualTo(0.985);
        assertThat(own.at("/missedOfAccepted").asDouble()).isLessThanOrEqualTo(0.005);
        for (JsonNode baseline : total.at("/baselines")) {
            assertThat(own.at("/pinball95Seconds").asDouble())
                    .as(baseline.at("/name").asText())
                    .isLessThan(baseline.at("/raw/pinball95Seconds").asDouble());
        }
    }

    @Test
    void theSameSeedGivesTheSameFigures() throws IOException {
        SyntheticTrace.write(folder, SyntheticTrace.Shape.RANDOM, 60, 1);
        Path first = folder.resolve("1.json");
        Path second = folder.resolve("2.json");

        run("--traces", folder.toString(), "--seeds", "2", "--json", first.toString());
        run("--traces", folder.toString(), "--seeds", "2", "--json", second.toString());

        assertThat(first).hasSameTextualContentAs(second);
    }

    @Test
    void namesTheAimThatWasMissedAndExitsWithThree() {
        SyntheticTrace.write(folder, SyntheticTrace.Shape.TINY, 60, 1);

        // A window about as long as the overheads' own scatter: nobody can tell what fits.
        int exit = run("--traces", folder.toString(), "--bandwidths", "400", "--windows", "0.6", "--check");

        assertThat(exit).isEqualTo(3);
        assertThat(err.toString()).contains("aim missed: ");
    }

    @Test
    void everyKeyOfTheJsonIsInTheReference() throws IOException {
        String page = Files.readString(Path.of("docs/reference/bench-forecast.md"));
        for (Class<?> type : List.of(
                Verdict.class,
                Verdict.Setup.class,
                Verdict.TraceFacts.class,
                Verdict.Section.class,
                Verdict.Row.class,
                Score.Figures.class,
                Aim.class)) {
            for (RecordComponent component : type.getRecordComponents()) {
                assertThat(page).as(type.getSimpleName()).contains("`" + component.getName() + "`");
            }
        }
    }

    @Test
    void anEmptyFolderIsExplained() {
        assertThat(run("--traces", folder.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("0 *.dtp.zst files");
    }

    @Test
    void aMissingFolderIsExplained() {
        assertThat(run("--traces", folder.resolve("nowhere").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("is no folder");
    }

    @Test
    void aBrokenTraceIsNamed() throws IOException {
        Files.writeString(folder.resolve("broken.dtp.zst"), "no");

        assertThat(run("--traces", folder.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("broken.dtp.zst").doesNotContain("\tat ");
    }

    @Test
    void absurdOptionsAreRefused() {
        assertThat(run("--traces", folder.toString(), "--seeds", "0")).isEqualTo(2);
        assertThat(run("--traces", folder.toString(), "--noise", "7")).isEqualTo(2);
        assertThat(run("--traces", folder.toString(), "--bandwidths", "0")).isEqualTo(2);
        assertThat(run("--traces", folder.toString(), "--windows", "-1")).isEqualTo(2);
    }
}
