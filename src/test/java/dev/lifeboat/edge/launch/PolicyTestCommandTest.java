package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The cases beside policies, through the front door: those about a whole cluster need what `what-if` reads.
final class PolicyTestCommandTest {
    private static final Path POLICIES = Path.of("policies").toAbsolutePath();
    private static final Path SNAPSHOT =
            Path.of("docs/examples/snapshots/shop.json").toAbsolutePath();

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();

    @Test
    void everyShippedCaseIsDecidedAsItsAuthorExpects() throws IOException {
        Path xml = folder.resolve("results.xml");

        assertThat(run("policy", "test", POLICIES.toString(), "--junit", xml.toString()))
                .as(out.toString())
                .isZero();

        assertThat(out.toString()).containsPattern("(1[5-9]|[2-9]\\d) passed, 0 failed");
        assertThat(Files.readString(xml))
                .contains("goes where there is room for it: shop/cart-redis-0")
                .contains("so neither is: hpc/cfd-mpi-1");
    }

    @Test
    void aWorkloadThatGoesElsewhereFailsItsCaseWithBothNodes() throws IOException {
        assertThat(test("{verdict: Saved, rung: live, target: ip-10-1-4-5}", SNAPSHOT))
                .isEqualTo(1);
        assertThat(out.toString()).contains("target: expected ip-10-1-4-5, got ip-10-1-7-9");
    }

    @Test
    void aWorkloadThatIsNotThereFailsItsCaseWithThoseThatAre() throws IOException {
        assertThat(test("{verdict: Saved}\n        shop/cart-redis-9: {verdict: Saved}", SNAPSHOT))
                .isEqualTo(1);
        assertThat(out.toString())
                .contains(
                        "workload: expected shop/cart-redis-9, got nobody of that name; on ip-10-1-2-3 are shop/cart-redis-0,")
                .contains("1 passed, 1 failed");
    }

    @Test
    void aSnapshotThatIsNotThereIsAnErrorAtTheLineThatNamesIt() throws IOException {
        assertThat(test("{verdict: Saved}", folder.resolve("none.json"))).isEqualTo(2);
        assertThat(out.toString())
                .contains("a.cases.yaml:7:7: error[LBP021]: cases[0].snapshot.file: ")
                .contains("there is no such file");
    }

    @Test
    void expectationsBesideASnapshotAreAnError() throws IOException {
        assertThat(test("{verdict: Saved}\n    expect: {verdict: Saved}", SNAPSHOT))
                .isEqualTo(2);
        assertThat(out.toString())
                .contains("a.cases.yaml:11:5: error[LBP004]: cases[0].expect: belongs to a case about");
    }

    @Test
    void aNodeWithoutASpeedHintIsRefusedUntilThePolicyCallsTheHintHarmless() throws IOException {
        String here = "{verdict: Saved, target: ip-10-1-7-9}";
        assertThat(test(here, survivorsWithout("erms"))).as(out.toString()).isEqualTo(1);
        assertThat(out.toString())
                .contains("verdict: expected Saved, got Drained")
                .contains("rung live: NO_COMPATIBLE_DESTINATION")
                .contains("ip-10-1-7-9 lacks the CPU features erms");

        mask("erms");
        assertThat(run("policy", "test", folder.toString())).as(out.toString()).isZero();
    }

    @Test
    void whatProgramsExecuteIsNeverMasked() throws IOException {
        test("{verdict: Drained, rung: clean-exit}", survivorsWithout("erms", "avx512f"));
        mask("erms");
        assertThat(run("policy", "test", folder.toString())).as(out.toString()).isZero();

        mask("avx512f");
        assertThat(run("policy", "test", folder.toString())).isEqualTo(2);
        assertThat(out.toString()).contains("spec.target.cpu.harmless[0]: \"avx512f\" is not one of erms,");
    }

    /// The shipped snapshot, with processors that lack some flags on all nodes but the doomed one.
    private Path survivorsWithout(String... flags) throws IOException {
        String all = Files.readString(SNAPSHOT);
        int survivors = all.indexOf("\"ip-10-1-7-9\"");
        String rest = all.substring(survivors);
        for (String flag : flags) {
            rest = rest.replace("\"" + flag + "\", ", "");
        }
        return Files.writeString(folder.resolve("snapshot.json"), all.substring(0, survivors) + rest);
    }

    private void mask(String hint) throws IOException {
        String shipped = Files.readString(POLICIES.resolve("stateful-web.yaml"));
        String masked = shipped.replace("{compatibility: Strict}", "{compatibility: Strict, harmless: [" + hint + "]}");
        assertThat(masked).isNotEqualTo(shipped);
        Files.writeString(folder.resolve("web.yaml"), masked);
    }

    /// A case about the shipped snapshot under the policy for its cart.
    private int test(String expected, Path snapshot) throws IOException {
        Files.copy(POLICIES.resolve("stateful-web.yaml"), folder.resolve("web.yaml"));
        Files.writeString(folder.resolve("a.cases.yaml"), """
                apiVersion: lifeboat.dev/v1alpha1
                kind: PolicyCases
                policies: [web.yaml]
                cases:
                  - name: the cart
                    snapshot:
                      file: %s
                      node: ip-10-1-2-3
                      expect:
                        shop/cart-redis-0: %s
                """.formatted(snapshot, expected));
        return run("policy", "test", folder.toString());
    }

    private int run(String... arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(out, true))
                .execute(arguments);
    }
}
