package dev.lifeboat.edge.policyfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever is thrown at it ends in one clear error, soon.
final class HostileFilesTest {
    private static final Duration SOON = Duration.ofSeconds(1);

    @TempDir
    private Path folder;

    @Test
    void aMegabyteOfYamlIsTooLarge() throws IOException {
        refuses("  - name: rung\n".repeat(70_000).getBytes(StandardCharsets.UTF_8), Code.TOO_LARGE);
    }

    @Test
    void manyUnknownKeysEndInABoundedNumberOfFindings() throws IOException {
        var text = new StringBuilder("apiVersion: lifeboat.dev/v1alpha1\nkind: EvacuationPolicy\nspec:\n");
        for (int i = 0; i < 4_500; i++) {
            text.append("  someKeyNumber").append(i).append(": 1\n");
        }
        var loaded = timed(text.toString().getBytes(StandardCharsets.UTF_8));

        assertThat(loaded.problems()).hasSizeBetween(1, Source.MOST_PROBLEMS);
    }

    @Test
    void deepNestingIsTooDeep() throws IOException {
        refuses("[".repeat(100_000).getBytes(StandardCharsets.UTF_8), Code.TOO_LARGE);
        refuses("{a: ".repeat(50_000).getBytes(StandardCharsets.UTF_8), Code.TOO_LARGE);
        refuses("- ".repeat(50_000).getBytes(StandardCharsets.UTF_8), Code.TOO_LARGE);
    }

    @Test
    void anAliasBombDoesNotGoOff() throws IOException {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 12; i++) {
            bomb.append("a%d: &a%d [".formatted(i, i))
                    .append("*a%d, ".formatted(i - 1).repeat(9))
                    .append("]\n");
        }
        refuses(bomb.toString().getBytes(StandardCharsets.UTF_8), Code.TOO_LARGE);
    }

    @Test
    void aSmallAliasBombDoesNotGoOffEither() throws IOException {
        var bomb = new StringBuilder(
                "apiVersion: lifeboat.dev/v1alpha1\nkind: EvacuationPolicy\nmetadata: {name: a}\nspec:\n  match:\n    workloads: &a0 [{kind: Job}]\n  triggers: [NodeDrain]\n  a0: &b0 {name: x, drain: {}}\n");
        for (int i = 1; i < 20; i++) {
            bomb.append("  a%d: &b%d {ladder: [*b%d, *b%d]}\n".formatted(i, i, i - 1, i - 1));
        }
        assertThat(timed(bomb.toString().getBytes(StandardCharsets.UTF_8)).errors())
                .isPositive();
    }

    @Test
    void aListThatHoldsItselfIsRefused() throws IOException {
        assertThat(timed("&a [*a]\n".getBytes(StandardCharsets.UTF_8)).errors()).isEqualTo(1);
    }

    @Test
    void whatIsNotUtf8IsRefusedWithItsLine() throws IOException {
        byte[] latin = "apiVersion: lifeboat.dev/v1alpha1\nkind: caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(refuses(latin, Code.NOT_TEXT).span().line()).isEqualTo(2);
        refuses("apiVersion: x\n".getBytes(StandardCharsets.UTF_16), Code.NOT_TEXT);
    }

    @Test
    void controlCharactersAreRefusedWithTheirLine() throws IOException {
        assertThat(refuses("a: b\nc: \u0007\n".getBytes(StandardCharsets.UTF_8), Code.NOT_TEXT)
                        .span()
                        .line())
                .isEqualTo(2);
    }

    @Test
    void nothingIsNoPolicy() throws IOException {
        refuses(new byte[0], Code.NOT_A_POLICY);
        refuses("# only a comment\n".getBytes(StandardCharsets.UTF_8), Code.NOT_A_POLICY);
        refuses("---\n---\n...\n".getBytes(StandardCharsets.UTF_8), Code.NOT_A_POLICY);
    }

    @Test
    void zeroBytesAreRefused() throws IOException {
        refuses("apiVersion: lifeboat.dev/v1alpha1\0\n".getBytes(StandardCharsets.UTF_8), Code.NOT_TEXT);
        refuses(new byte[100_000], Code.NOT_TEXT);
    }

    @Test
    void aByteOrderMarkAndWindowsLineEndsAreFine() throws IOException {
        String text = "\uFEFF" + Mutants.originals().getFirst().replace("\n", "\r\n");
        assertThat(timed(text.getBytes(StandardCharsets.UTF_8)).problems()).isEmpty();
    }

    @Test
    void oneLongLineAndOneLongWordEndSoon() throws IOException {
        String head = "apiVersion: lifeboat.dev/v1alpha1\nkind: EvacuationPolicy\nmetadata: {name: a}\nspec:\n";
        assertThat(timed((head + "  mode: " + "E".repeat(120_000)).getBytes(StandardCharsets.UTF_8))
                        .errors())
                .isPositive();
        assertThat(timed((head + "  ladder: [" + "{name: a, drain: {}}, ".repeat(5_000) + "]\n")
                                .getBytes(StandardCharsets.UTF_8))
                        .errors())
                .isPositive();
        assertThat(timed((head + "  " + "k".repeat(100_000) + ": \"").getBytes(StandardCharsets.UTF_8))
                        .errors())
                .isPositive();
        assertThat(timed((head + "  ladder:\n    - name: a\n      when: " + "(".repeat(5_000))
                                .getBytes(StandardCharsets.UTF_8))
                        .errors())
                .isPositive();
    }

    @Test
    void manyDocumentsAreTooMany() throws IOException {
        refuses("---\na: b\n".repeat(5_000).getBytes(StandardCharsets.UTF_8), Code.TOO_LARGE);
    }

    @Test
    void noiseNeverCrashes() throws IOException {
        var random = new Random(3);
        String letters = "ab:{}[]-#&*!|>'\"%@`, \n\t?0";
        for (int i = 0; i < 300; i++) {
            var noise = new StringBuilder();
            for (int j = 0; j < 60; j++) {
                noise.append(letters.charAt(random.nextInt(letters.length())));
            }
            assertThat(PolicyFiles.read("noise.yaml", noise.toString()).errors())
                    .as("%s", noise)
                    .isPositive();
        }
    }

    private Problem refuses(byte[] bytes, Code code) throws IOException {
        var loaded = timed(bytes);

        assertThat(loaded.problems()).hasSize(1);
        assertThat(loaded.problems().getFirst().code()).isEqualTo(code);
        return loaded.problems().getFirst();
    }

    private PolicyFiles.Loaded timed(byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("hostile.yaml"), bytes);
        PolicyFiles.read("warm-up.yaml", "a: b");
        // Of this thread's processor time: others on the machine may take as long as they like.
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        var loaded = PolicyFiles.load(file);
        long after = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        assertThat(Duration.ofNanos(after - before)).isLessThan(SOON);
        return loaded;
    }
}
