package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Drawn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/// Every command line of ours in the documentation is one that the program takes: its commands, options
/// and their kinds. Nothing is run.
final class DocumentedCommandsTest {
    private static final Pattern FENCE = Pattern.compile("(?ms)^ *```[a-z]*\n(.*?)^ *```");
    private static final Pattern INLINE = Pattern.compile("`((?:sudo )?(?:\\./)?lifeboat [^`]+)`");
    private static final Pattern CALL = Pattern.compile("^(?:[A-Z_]+=\\S+ )*(?:sudo )?(?:\\./)?lifeboat +(.*)$");

    /// Where the shell's own business begins: pipes, redirections, comments, the next command.
    private static final Pattern SHELL = Pattern.compile("\\s+(?:#|>|2>|&&|\\|\\||&(?:\\s|$)).*|\\s*[|;].*|\\)\"?$");

    /// What stands for something that has a form of its own.
    private static final Map<String, String> PLACEHOLDERS = Map.of(
            "ID",
            "pi-0-3f9a2c81d04e-1",
            "OLD",
            "pi-0-3f9a2c81d04e-1",
            "NEW",
            "pi-0-3f9a2c81d04e-2",
            "PID",
            "4711",
            "N",
            "7");

    private static final Set<String> THE_LAUNCHERS = Set.of("test");

    /// One call, and where it stands.
    ///
    /// @param whole whether a reader is to type it as it stands; a mere mention may leave out what is required
    record Call(String file, String line, boolean whole) {
        @Override
        public String toString() {
            return file + ": " + line;
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("calls")
    void aCommandThatIsWrittenDownIsTaken(Call call) {
        var line = Main.commandLine();
        try {
            line.parseArgs(words(call.line()).toArray(String[]::new));
        } catch (CommandLine.MissingParameterException incomplete) {
            assertThat(call.whole()).as("%s: %s", call, incomplete.getMessage()).isFalse();
        } catch (CommandLine.ParameterException refused) {
            throw new AssertionError(call + ": " + refused.getMessage(), refused);
        }
    }

    static List<Call> calls() throws IOException {
        var calls = new ArrayList<Call>();
        for (Path page : pages()) {
            String text = Files.readString(page);
            String name = Drawn.top().relativize(page).toString();
            for (Matcher fence = FENCE.matcher(text); fence.find(); ) {
                String block = fence.group(1).replaceAll("\\\\\n\\s*", " ");
                block.lines().map(String::strip).forEach(line -> add(calls, name, line, true));
            }
            for (Matcher inline = INLINE.matcher(text); inline.find(); ) {
                add(calls, name, inline.group(1).replaceAll("\\s+", " "), false);
            }
        }
        assertThat(calls).as("the pattern still finds what it is for").hasSizeGreaterThan(40);
        return calls;
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.walk(Drawn.top().resolve("docs"));
                Stream<Path> listeners = Files.walk(Drawn.top().resolve("eviction-listeners"));
                Stream<Path> top = Files.list(Drawn.top())) {
            return Stream.of(docs, listeners, top)
                    .flatMap(files -> files)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    private static void add(List<Call> calls, String file, String line, boolean whole) {
        Matcher call = CALL.matcher(line);
        if (call.matches()) {
            String ours = SHELL.matcher(call.group(1)).replaceAll("").strip();
            if (!THE_LAUNCHERS.contains(ours.split(" ", -1)[0])) {
                calls.add(new Call(file, ours, whole));
            }
        }
    }

    /// As a shell would, for the quotes that documentation uses. What may be left out stands in brackets, and
    /// is tried, too; all but the rest of a path.
    private static List<String> words(String line) {
        var words = new ArrayList<String>();
        Matcher word = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)")
                .matcher(line.replaceAll("\\[/[^\\]]*\\]", "").replaceAll("[\\[\\]…]", " "));
        while (word.find()) {
            String said = word.group(1) != null ? word.group(1) : word.group(2) != null ? word.group(2) : word.group(3);
            words.add(PLACEHOLDERS.getOrDefault(said, said));
        }
        return words;
    }
}
