package dev.lifeboat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Draws the pages of settings and of reason codes from the documentation comments beside them.
final class ReferencePagesTest {
    private static final Path SOURCES = Drawn.top().resolve("src/main/java/dev/lifeboat");
    private static final Pattern PREFIX = Pattern.compile("@ConfigMapping\\(prefix = \"([^\"]+)\"\\)");
    private static final Pattern DEFAULT = Pattern.compile("@WithDefault\\(\"([^\"]*)\"\\)");
    private static final Pattern NAME = Pattern.compile("@WithName\\(\"([^\"]*)\"\\)");
    private static final Pattern METHOD = Pattern.compile("([A-Za-z.<>, ]+) ([a-zA-Z0-9]+)\\(\\);");
    private static final Pattern NESTED = Pattern.compile("interface ([A-Z][A-Za-z]*) \\{");
    private static final Pattern CONSTANT = Pattern.compile("([A-Z][A-Z0-9_]+)(\\(.*\\))?[,;]?");

    private static final List<String> SETTINGS = List.of(
            "edge/kafka/OrchestratorSettings.java",
            "edge/kafka/KafkaSettings.java",
            "edge/launch/AgentSettings.java",
            "edge/launch/ListenerConfig.java");

    private static final List<String> REASONS = List.of(
            "migration/SaveFailure.java",
            "migration/RestoreFailure.java",
            "migration/LetGoReason.java",
            "migration/LossReason.java",
            "migration/StrandReason.java",
            "migration/SetAsideReason.java",
            "notice/Rejection.java");

    @Test
    void everySettingIsOnItsPage() throws IOException {
        var page =
                new StringBuilder("# Settings\n\nDrawn by `ReferencePagesTest`. Each is also an environment variable:"
                        + " upper case, with `_` for every other sign.\n");
        for (String file : SETTINGS) {
            page.append("\n| setting | default | what it is |\n|---|---|---|\n");
            settings(Files.readAllLines(SOURCES.resolve(file)), page);
        }
        Drawn.matches(Path.of("docs", "reference", "configuration.md"), page.toString());
    }

    @Test
    void everyReasonIsOnItsPage() throws IOException {
        var page = new StringBuilder("# Reason codes\n\nDrawn by `ReferencePagesTest`. The codes are stable.\n");
        for (String file : REASONS) {
            List<String> lines = Files.readAllLines(SOURCES.resolve(file));
            page.append("\n## ")
                    .append(Path.of(file).getFileName().toString().replace(".java", ""))
                    .append("\n\n");
            reasons(lines, page);
        }
        Drawn.matches(Path.of("docs", "reference", "reasons.md"), page.toString());
    }

    private static void settings(List<String> lines, StringBuilder page) {
        Deque<String> path = new ArrayDeque<>();
        var comment = new ArrayList<String>();
        String standard = "";
        String name = "";
        for (String raw : lines) {
            String line = raw.strip();
            Matcher method = METHOD.matcher(line);
            if (PREFIX.matcher(line).find()) {
                path.push(first(PREFIX, line));
            } else if (line.startsWith("///")) {
                comment.add(line.substring(3).strip());
            } else if (line.startsWith("@WithDefault")) {
                standard = first(DEFAULT, line);
            } else if (line.startsWith("@WithName")) {
                name = first(NAME, line);
            } else if (NESTED.matcher(line).find()) {
                String type = first(NESTED, line);
                if (!type.equals(topLevel(lines))) {
                    path.push(path.peek() + "." + kebab(type));
                }
                comment.clear();
            } else if (method.matches() && !line.contains(" return ")) {
                String key = name.isEmpty() ? kebab(method.group(2)) : name;
                if (!nests(lines, method.group(1).strip())) {
                    page.append("| `%s.%s` | %s | %s |\n"
                            .formatted(
                                    path.peek(),
                                    key,
                                    standard.isEmpty() ? "" : "`" + standard + "`",
                                    String.join(" ", comment).replace("|", "\\|")));
                }
                comment.clear();
                standard = "";
                name = "";
            } else if (line.equals("}") && path.size() > 1) {
                path.pop();
            } else if (line.startsWith("import") || line.startsWith("package")) {
                comment.clear();
            }
        }
    }

    private static void reasons(List<String> lines, StringBuilder page) {
        var comment = new ArrayList<String>();
        boolean inside = false;
        var quoted = Pattern.compile("\"([^\"]+)\"");
        page.append("| code | meaning |\n|---|---|\n");
        for (String raw : lines) {
            String line = raw.strip();
            Matcher constant = CONSTANT.matcher(line);
            if (line.contains("enum ")) {
                inside = true;
                comment.clear();
            } else if (line.startsWith("///")) {
                comment.add(line.substring(3).strip());
            } else if (inside && constant.matches()) {
                quoted.matcher(line).results().map(found -> found.group(1)).forEach(comment::add);
                page.append("| `%s` | %s |\n"
                        .formatted(constant.group(1), String.join(" ", comment).replace("|", "\\|")));
                comment.clear();
            }
        }
    }

    private static String topLevel(List<String> lines) {
        return lines.stream()
                .filter(line -> line.contains("interface "))
                .map(line -> first(NESTED, line))
                .findFirst()
                .orElse("");
    }

    /// A method whose type is an interface of the same file opens a group; it is no setting itself.
    private static boolean nests(List<String> lines, String type) {
        return lines.stream().anyMatch(line -> line.strip().startsWith("interface " + type + " "));
    }

    private static String first(Pattern pattern, String line) {
        Matcher matcher = pattern.matcher(line);
        return matcher.find() ? matcher.group(1) : "";
    }

    private static String kebab(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }
}
