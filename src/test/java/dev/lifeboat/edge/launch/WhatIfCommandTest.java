package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// The shipped snapshot under the shipped policies, through the front door.
final class WhatIfCommandTest {
    private static final String SNAPSHOT = "docs/examples/snapshots/shop.json";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void theShippedSnapshotShowsWhatIsSavedAndExitsWithTwoForWhatIsLost() {
        assertThat(run("what-if", "--snapshot", SNAPSHOT, "--policies", "policies", "--notice", "node=ip-10-1-2-3"))
                .isEqualTo(2);
        assertThat(out.toString())
                .containsPattern("shop/cart-redis-0 +900 +live .*ip-10-1-7-9 +SAVED")
                .containsPattern("ml/llm-finetune-3 .*loses 11m")
                .contains("[Observe: nothing is done]");
    }

    @Test
    void aShorterWindowLosesMore() {
        run("what-if", "--snapshot", SNAPSHOT, "--policies", "policies", "--notice", "node=ip-10-1-2-3,window=30s");
        assertThat(out.toString()).containsPattern("hpc/cfd-mpi-0 .*MISSES coordinated \\(TOO_LONG by .*loses 47m");
    }

    @Test
    void aDirtyCurveShowsHowOftenToCopyAheadOrThatNothingWouldDo() {
        String[] asked = {"--snapshot", SNAPSHOT, "--policies", "policies", "--notice", "node=ip-10-1-2-3"};
        for (String command : List.of("what-if", "explain")) {
            run(Stream.concat(Stream.of(command), Stream.of(asked)).toArray(String[]::new));
            assertThat(out.toString())
                    .as(command)
                    .containsPattern("background every \\S+ \\(WINDOW\\)")
                    .contains(
                            "cannot fit: RESIDUAL_TOO_LARGE, even at the shortest interval 71s of link are left at p95");
            out.getBuffer().setLength(0);
        }
    }

    @Test
    void aNodeThatIsNotThereIsAnErrorThatNamesThoseThatAre() {
        assertThat(run("what-if", "--snapshot", SNAPSHOT, "--policies", "policies", "--notice", "node=nowhere"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("has no node nowhere").contains("ip-10-1-7-9");
    }

    @Test
    void explainNamesEveryRungAndByHowMuchItFailed() {
        assertThat(run(
                        "explain",
                        "--snapshot",
                        SNAPSHOT,
                        "--policies",
                        "policies",
                        "--notice",
                        "node=ip-10-1-2-3",
                        "--workload",
                        "ml/llm-finetune-3"))
                .isZero();
        assertThat(out.toString())
                .contains("framework-checkpoint  CONDITION_FALSE")
                .contains("short by 22s")
                .contains("taken     last-saved-step");
    }

    @Test
    void whatCriuCannotDumpIsNotTriedAndExplainSaysWhy(@TempDir Path folder) throws Exception {
        String shop = Files.readString(Path.of(SNAPSHOT));
        String before = "\"name\": \"cart-redis-0\",";
        assertThat(shop).contains(before);
        Path file = Files.writeString(
                folder.resolve("ring.json"), shop.replace(before, before + " \"obstacles\": [\"io-uring\"],"));
        assertThat(run(
                        "explain",
                        "--snapshot",
                        file.toString(),
                        "--policies",
                        "policies",
                        "--notice",
                        "node=ip-10-1-2-3",
                        "--workload",
                        "shop/cart-redis-0"))
                .isZero();
        assertThat(out.toString())
                .contains("nothing in it that CRIU cannot dump")
                .contains("io-uring: as the snapshot");
    }

    private int run(String... arguments) {
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }
}
