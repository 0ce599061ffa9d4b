package dev.lifeboat.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Drawn;
import dev.lifeboat.alerts.Rules.Rule;
import dev.lifeboat.edge.telemetry.Scrape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every alert fires when it must, is quiet when it must, has a runbook, and asks for nothing that nobody says.
final class AlertRulesTest {
    private static final Path TESTS = Drawn.top().resolve("src/test/resources/alerts");
    private static final Path RUNBOOKS = Drawn.top().resolve("docs/runbooks");
    private static final String RULES = "lifeboat.rules.yaml";
    private static final Pattern METRIC = Pattern.compile("lifeboat_[a-z_]+");
    private static final Pattern SELECTOR = Pattern.compile("(lifeboat_[a-z_]+)\\{([^}]*)}");
    private static final Pattern MATCHER = Pattern.compile("([a-z_]+)(?:=~|!~|!=|=)\"([^\"]*)\"");

    @TempDir
    private Path folder;

    @Test
    void prometheusUnderstandsTheRules() throws Exception {
        var said = PrometheusTools.here().promtool(folder, "check", "rules", Rules.FILE.toString());
        assertThat(said.code()).as(said.text()).isZero();
    }

    @Test
    void everyAlertFiresAndIsQuietAsItsTestsSay() throws Exception {
        var tools = PrometheusTools.here();
        var arguments = new ArrayList<>(List.of("test", "rules"));
        for (Rule alert : Rules.read().alerts()) {
            arguments.add(copyTest(alert.name(), folder).toString());
        }
        Files.copy(Rules.FILE, folder.resolve(RULES));
        var said = tools.promtool(folder, arguments.toArray(String[]::new));
        assertThat(said.code()).as(said.text()).isZero();
    }

    @Test
    void everyAlertHasATestThatItFiresInAndOneThatItIsQuietIn() throws IOException {
        for (Rule alert : Rules.read().alerts()) {
            String test = Files.readString(TESTS.resolve(alert.name() + ".test.yaml"));
            assertThat(test).contains("value: 1").contains("exp_samples: []").contains("- name: ");
        }
    }

    /// Otherwise a test that tells nothing apart would look like any other.
    @Test
    void noMutantOfARuleSurvivesItsTests() throws Exception {
        var tools = PrometheusTools.here();
        Rules rules = Rules.read();
        var cases = new ArrayList<Case>();
        for (Rule rule : rules.all()) {
            Mutant.of(rule).forEach(mutant -> cases.add(new Case(mutant, judges(rule, rules), cases.size())));
        }
        List<String> survivors = cases.parallelStream()
                .filter(it -> survives(it, rules, tools))
                .map(it -> it.mutant().rule().name() + ": " + it.mutant().what() + ": "
                        + it.mutant().rule().expression())
                .toList();
        System.out.println("alert rules: " + (cases.size() - survivors.size()) + " of " + cases.size()
                + " mutants killed by the tests of " + rules.alerts().size() + " alerts");
        assertThat(survivors).isEmpty();
    }

    @Test
    void everyAlertHasARunbookAndEveryRunbookAnAlert() throws IOException {
        List<String> alerts = Rules.read().alerts().stream().map(Rule::name).toList();
        try (var files = Files.list(RUNBOOKS)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> !name.equals("README.md")))
                    .containsExactlyInAnyOrderElementsOf(
                            alerts.stream().map(name -> name + ".md").toList());
        }
        for (Rule alert : Rules.read().alerts()) {
            assertThat(alert.annotation("runbook_url")).isEqualTo("docs/runbooks/" + alert.name() + ".md");
            assertThat(Files.readString(RUNBOOKS.resolve(alert.name() + ".md")))
                    .startsWith("# " + alert.name() + "\n")
                    .containsSubsequence("\n## Meaning\n", "\n## Impact\n", "\n## Diagnosis\n", "\n## Mitigation\n");
        }
    }

    @Test
    void rulesAndRunbooksAskForNothingThatNobodySays() throws IOException {
        var known = new TreeSet<>(Scrape.series());
        var asked = new TreeSet<String>();
        for (Rule rule : Rules.read().all()) {
            asked.addAll(metrics(rule.expression()));
        }
        try (Stream<Path> files = Files.list(RUNBOOKS)) {
            for (Path file : files.toList()) {
                asked.addAll(metrics(Files.readString(file)));
            }
        }
        assertThat(known).containsAll(asked);
    }

    /// A selector with a slip in it selects nothing, for ever.
    @Test
    void rulesSelectOnlyByLabelsAndValuesThatThereAre() throws IOException {
        for (Rule rule : Rules.read().all()) {
            SELECTOR.matcher(rule.expression())
                    .results()
                    .forEach(selector -> MATCHER.matcher(selector.group(2))
                            .results()
                            .filter(matcher -> !matcher.group(1).equals("source"))
                            .forEach(matcher -> assertThat(Scrape.values(selector.group(1), matcher.group(1)))
                                    .as(rule.name())
                                    .contains(matcher.group(2).split("\\|", -1))));
        }
    }

    private static List<String> metrics(String text) {
        return METRIC.matcher(text)
                .results()
                .filter(it -> it.end() == text.length() || text.charAt(it.end()) != '*')
                .map(it -> it.group())
                .toList();
    }

    /// @param alerts whose tests judge it
    private record Case(Mutant mutant, List<String> alerts, int number) {}

    /// An alert by its own tests; a recording by those of the alerts that ask for it.
    private static List<String> judges(Rule rule, Rules rules) {
        return rules.alerts().stream()
                .filter(alert -> alert.name().equals(rule.name())
                        || (!rule.isAlert() && alert.expression().contains(rule.name())))
                .map(Rule::name)
                .toList();
    }

    private boolean survives(Case it, Rules rules, PrometheusTools tools) {
        try {
            Path own = Files.createDirectories(folder.resolve("mutant-" + it.number()));
            var all = rules.all().stream()
                    .filter(rule -> !rule.isAlert() || it.alerts().contains(rule.name()))
                    .map(rule -> rule.name().equals(it.mutant().rule().name())
                            ? it.mutant().rule()
                            : rule)
                    .toList();
            Files.writeString(own.resolve(RULES), Rules.file(all));
            var arguments = new ArrayList<>(List.of("test", "rules"));
            for (String alert : it.alerts()) {
                arguments.add(copyTest(alert, own).toString());
            }
            var said = tools.promtool(own, arguments.toArray(String[]::new));
            // A mutant that is not even PromQL would prove nothing.
            assertThat(said.text())
                    .as(it.mutant().rule().expression())
                    .doesNotContain("parse error")
                    .doesNotContain("yaml:");
            return said.code() == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Path copyTest(String alert, Path to) throws IOException {
        String name = alert + ".test.yaml";
        return Files.copy(TESTS.resolve(name), to.resolve(name));
    }
}
