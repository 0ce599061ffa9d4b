package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// What users get wrong on the command line of everything that runs offline: one line, and an exit code that can be
/// told from an answer.
final class MistakesTest {
    private static final String SHOP = "docs/examples/snapshots/shop.json";

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | replay --policies policies | Missing required option: '--trace=FILE'",
                "1 | replay --trace /nope --policies policies | there is no such file",
                "1 | replay --trace TRACE --policies /nope | there is no such file or folder",
                "1 | replay --trace TRACE --policies src/main/java | holds no policy",
                "1 | replay --trace README.md --policies policies | README.md:1",
                "1 | replay --trace TRACE --policies policies --uplink-mbps 0 | --uplink-mbps: 0 is not within",
                "1 | replay --trace TRACE --policies policies --per-node=-1 | --per-node: -1 is not within 1 to 1000",
                "1 | replay --trace TRACE --policies policies --noise abc | --noise",
                "1 | replay --trace TRACE --policies policies --json /nope/x.json | /nope/x.json",
                "1 | replay --trace TRACE --policies policies --plot /nope/x.svg | /nope/x.svg",
                "1 | what-if --policies policies | Missing required options: '--snapshot=FILE'",
                "1 | what-if --snapshot /nope --policies policies --notice node=a | there is no such file",
                "1 | what-if --snapshot README.md --policies policies --notice node=a | README.md:1:1: not JSON",
                "1 | what-if --snapshot SHOP --policies policies --notice node=ip-10-1-2-3,window=abc | not a duration",
                "1 | what-if --snapshot SHOP --policies policies --notice bla | does not know \"bla\"",
                "1 | what-if --snapshot SHOP --policies policies --notice node=nowhere | has no node nowhere",
                "1 | what-if --snapshot SHOP --policies src/main/java --notice node=ip-10-1-2-3 | holds no policy",
                "1 | explain --snapshot SHOP --policies policies --notice node=ip-10-1-2-3 --workload a/b | a/b is not on",
                "1 | explain --snapshot SHOP --policies policies | Missing required option: '--notice=",
                "2 | policy lint | Missing required parameter: 'FILE|DIR'",
                "2 | policy lint nope | there is no file or directory nope",
                "2 | policy lint src/main/java | no .yaml or .yml file",
                "2 | policy lint --json --sarif policies | mutually exclusive",
                "2 | policy test nope | there is no file or directory nope",
                "2 | policy test | Missing required parameter: 'DIR'",
                "2 | policy test src/main/java | no *.cases.yaml",
                "2 | policy test policies --junit /nope/x.xml | /nope/x.xml",
                "2 | bench forecast | Missing required option: '--traces=DIR'",
                "2 | bench forecast --traces /nope | is no folder",
                "2 | bench forecast --traces src/main/java | holds 0 *.dtp.zst files",
                "2 | bench forecast --traces src --seeds 0 | --seeds is 1 to 100",
                "2 | bench pipe --size lots | --size: not a size: 'lots'",
                "2 | bench plan --cases -1 | --cases is 1 to 10000, not -1",
                "2 | notice preemption n1 --within never | lifeboat notice: $.within is a number",
                "2 | notice nonsense n1 | lifeboat notice: $.kind is unknown: nonsense",
                "2 | checkpoint ls --store src --key-file /nope | there is no key file /nope",
                "2 | polcy | Did you mean: lifeboat policy"
            })
    void isSaidInOneLine(int code, String line, String said) {
        var out = new StringWriter();
        var err = new StringWriter();
        CommandLine command = Main.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));

        int got = command.execute(line.replace("TRACE", "src/test/resources/traces/p3-excerpt.csv")
                .replace("SHOP", SHOP)
                .split(" ", -1));

        assertThat(err.toString())
                .contains(said)
                .doesNotContain("\tat ")
                .satisfies(text ->
                        assertThat(text.lines()).hasSizeLessThanOrEqualTo(said.startsWith("Did you mean") ? 2 : 1));
        assertThat(got).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "policy", "checkpoint", "bench"})
    void theNameOfAGroupAloneShowsWhatIsInIt(String group) {
        var err = new StringWriter();
        CommandLine command = Main.commandLine().setErr(new PrintWriter(err, true));

        int got = group.isEmpty() ? command.execute() : command.execute(group);

        assertThat(err.toString()).startsWith("Usage: lifeboat").contains("Commands:");
        assertThat(got).isEqualTo(2);
    }

    /// picocli takes descriptions for format strings, and warns in the middle of the help of those that are none.
    @Test
    void everyHelpIsAFormat() {
        assertThat(texts(Main.commandLine()))
                .isNotEmpty()
                .allSatisfy(text -> assertThat(String.format(text)).isNotNull());
    }

    private static List<String> texts(CommandLine command) {
        var usage = command.getCommandSpec().usageMessage();
        var all = new ArrayList<>(List.of(usage.description()));
        all.addAll(List.of(usage.footer()));
        command.getCommandSpec().options().forEach(option -> all.addAll(List.of(option.description())));
        command.getSubcommands().values().forEach(each -> all.addAll(texts(each)));
        return all;
    }

    @Test
    void aProcessExitsAsTheCommandDoes() throws IOException, InterruptedException {
        assertThat(exitOf("policy", "lint", "policies")).isZero();
        assertThat(exitOf("policy", "lint", "README.md")).isEqualTo(2);
    }

    private static int exitOf(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
