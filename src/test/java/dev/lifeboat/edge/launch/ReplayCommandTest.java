package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class ReplayCommandTest {
    private static final String TRACE = "src/test/resources/traces/p3-excerpt.csv";

    private static final String CAPACITY = "src/test/resources/traces/a100.txt";

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void aRecordedTraceMeetsItsAimsAndIsDrawn() throws IOException {
        Path plot = folder.resolve("fleet.svg");
        assertThat(run("replay", "--trace", TRACE, "--policies", "policies", "--check", "--plot", plot.toString()))
                .as(out + "%n" + err)
                .isZero();
        assertThat(out.toString())
                .contains("clairvoyant")
                .contains("same bytes")
                .doesNotContain("MISSED");
        assertThat(Files.readString(plot)).startsWith("<svg").contains("restart from scratch");
    }

    @Test
    void aReserveMadeForTwoMinutesLeavesRoomInThirtySeconds() {
        assertThat(run("replay", "--trace", CAPACITY, "--policies", "policies", "--check"))
                .as(out + "%n" + err)
                .isZero();
        assertThat(out.toString()).contains("windows of 30 s").containsPattern("lifeboat +616/616 ");
    }

    @Test
    void theSameSeedGivesTheSameFigures() {
        run("replay", "--trace", TRACE, "--policies", "policies");
        String first = out.toString();
        out.getBuffer().setLength(0);
        run("replay", "--trace", TRACE, "--policies", "policies");
        assertThat(out.toString()).isEqualTo(first);
    }

    @Test
    void whatCannotBeSavedInTimeIsNotCountedAsSaved() {
        assertThat(run(
                        "replay",
                        "--trace",
                        TRACE,
                        "--policies",
                        "policies",
                        "--uplink-mbps",
                        "1",
                        "--window-seconds",
                        "30",
                        "--check"))
                .isEqualTo(3);
        assertThat(out.toString()).containsPattern("lifeboat +0/84 ").contains("MISSED");
    }

    @Test
    void aWorkloadThatNoPolicyCoversIsSaid() {
        assertThat(run("replay", "--trace", TRACE, "--policies", "policies", "--as", "no/Job/thing"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("no policy in policies covers no/Job/thing");
    }

    /// Every aim would be met by it.
    @Test
    void aTraceThatTakesNobodyIsRefused() throws IOException {
        Path trace = Files.writeString(folder.resolve("calm.csv"), "0,add,a\n");
        assertThat(run("replay", "--trace", trace.toString(), "--policies", "policies", "--check"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("calm.csv: no machine is taken in it");
        assertThat(out.toString()).isEmpty();
    }

    private int run(String... arguments) {
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }
}
