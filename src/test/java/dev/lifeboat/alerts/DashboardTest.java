package dev.lifeboat.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.edge.telemetry.Scrape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The dashboards ask for what there is, in queries that Prometheus understands, and all of it; each
/// panel says what is bad.
final class DashboardTest {
    private static final Pattern METRIC = Pattern.compile("lifeboat_[a-z_]+");
    private static final Pattern PART = Pattern.compile("_(bucket|count|sum|max)$");
    private static final String TAG = "lifeboat";

    /// What a ConfigMap may hold; all of them are in one.
    private static final long ROOM = 1 << 20;

    /// Columns of Grafana's grid.
    private static final int WIDTH = 24;

    @TempDir
    private Path folder;

    static List<Dashboard> all() throws IOException {
        return Dashboard.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyQueryNamesMetricsThatThereAre(Dashboard dashboard) {
        for (String query : dashboard.queries()) {
            assertThat(names(query)).as(query).isNotEmpty();
            assertThat(Scrape.series()).as(query).containsAll(names(query));
        }
    }

    @Test
    void everyMetricIsOnOneOfThem() throws IOException {
        var shown = new TreeSet<String>();
        queries()
                .forEach(query -> names(query)
                        .forEach(name -> shown.add(PART.matcher(name).replaceAll(""))));
        var all = new TreeSet<String>();
        Scrape.series().forEach(name -> all.add(PART.matcher(name).replaceAll("")));
        assertThat(shown).containsAll(all);
    }

    /// Grafana's own variables stand for durations.
    @Test
    void everyQueryIsPromQl() throws Exception {
        var tools = PrometheusTools.here();
        var rules = new StringBuilder("groups:\n  - name: queries\n    rules:\n");
        int number = 0;
        for (String query : queries()) {
            String plain = query.replace("$__rate_interval", "5m").replace("$__range", "1h");
            rules.append("      - {record: 'query:")
                    .append(number++)
                    .append("', expr: '")
                    .append(plain)
                    .append("'}\n");
        }
        Path file = Files.writeString(folder.resolve("queries.yaml"), rules.toString());
        var said = tools.promtool(folder, "check", "rules", file.toString());
        assertThat(said.code()).as(said.text()).isZero();
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyPanelSaysItsUnitAndWhatIsBad(Dashboard dashboard) {
        assertThat(dashboard.panels()).isNotEmpty().allSatisfy(panel -> {
            String title = panel.path("title").asText();
            assertThat(title).isNotEmpty();
            assertThat(panel.at("/fieldConfig/defaults/unit").asText())
                    .as(title)
                    .isNotEmpty();
            assertThat(panel.path("description").asText()).as(title).matches("(.+ )?Bad: .+\\.");
        });
    }

    /// Whose Prometheus it is, is chosen at the top.
    @ParameterizedTest
    @MethodSource("all")
    void everythingAsksTheDataSourceThatWasChosen(Dashboard dashboard) {
        assertThat(Dashboard.elements(dashboard.json().at("/templating/list")))
                .singleElement()
                .satisfies(variable -> {
                    assertThat(variable.path("name").asText()).isEqualTo("datasource");
                    assertThat(variable.path("type").asText()).isEqualTo("datasource");
                    assertThat(variable.path("query").asText()).isEqualTo("prometheus");
                });
        Stream<JsonNode> askers = Stream.of(
                        dashboard.panels().stream(),
                        dashboard.panels().stream().flatMap(panel -> Dashboard.elements(panel.path("targets"))),
                        Dashboard.elements(dashboard.json().at("/annotations/list")))
                .flatMap(each -> each);
        assertThat(askers)
                .allSatisfy(asker ->
                        assertThat(asker.at("/datasource/uid").asText()).isEqualTo("${datasource}"));
    }

    @ParameterizedTest
    @MethodSource("all")
    void panelsHaveIdsOfTheirOwnAndDoNotLieOnOneAnother(Dashboard dashboard) {
        List<JsonNode> all = Dashboard.elements(dashboard.json().path("panels")).toList();
        assertThat(all.stream().map(panel -> panel.path("id").asInt()))
                .doesNotHaveDuplicates()
                .doesNotContain(0);
        var taken = new TreeSet<String>();
        for (JsonNode panel : all) {
            JsonNode place = panel.path("gridPos");
            assertThat(place.path("x").asInt() + place.path("w").asInt()).isBetween(1, WIDTH);
            for (int x = 0; x < place.path("w").asInt(); x++) {
                for (int y = 0; y < place.path("h").asInt(); y++) {
                    String cell = (place.path("x").asInt() + x) + "/"
                            + (place.path("y").asInt() + y);
                    assertThat(taken.add(cell)).as(panel.path("title").asText()).isTrue();
                }
            }
        }
    }

    /// Links of people lead to a uid, and Grafana's sidecar puts everybody's files into one folder.
    @Test
    void everyOneHasAUidThatItsFileIsCalledByAndLeadsToTheOthers() throws IOException {
        assertThat(Dashboard.all()).hasSizeGreaterThan(1).allSatisfy(dashboard -> {
            String uid = dashboard.json().path("uid").asText();
            assertThat(uid).startsWith(TAG + "-").hasSizeLessThanOrEqualTo(40);
            assertThat(dashboard.file()).isEqualTo(uid + ".json");
            assertThat(dashboard.json().at("/tags/0").asText()).isEqualTo(TAG);
            assertThat(Dashboard.elements(dashboard.json().path("links")))
                    .singleElement()
                    .satisfies(link -> {
                        assertThat(link.path("type").asText()).isEqualTo("dashboards");
                        assertThat(link.at("/tags/0").asText()).isEqualTo(TAG);
                        assertThat(link.path("includeVars").asBoolean()).isTrue();
                    });
        });
        assertThat(Dashboard.all().stream()
                        .map(dashboard -> dashboard.json().path("title").asText()))
                .doesNotHaveDuplicates();
    }

    /// From a bad bucket to the migration that is in it.
    @ParameterizedTest
    @MethodSource("all")
    void histogramsShowTheirExemplars(Dashboard dashboard) {
        assertThat(dashboard.panels().stream()
                        .flatMap(panel -> Dashboard.elements(panel.path("targets")))
                        .filter(target -> target.path("expr").asText().contains("_bucket")))
                .allSatisfy(target ->
                        assertThat(target.path("exemplar").asBoolean()).isTrue());
    }

    @Test
    void allOfThemFitIntoAConfigMap() throws IOException {
        long bytes = Dashboard.all().stream()
                .mapToLong(dashboard -> dashboard.json().toPrettyString().length())
                .sum();
        assertThat(bytes).isLessThan(ROOM);
    }

    private static List<String> names(String query) {
        return METRIC.matcher(query).results().map(it -> it.group()).toList();
    }

    private static List<String> queries() throws IOException {
        return Dashboard.all().stream()
                .flatMap(dashboard -> dashboard.queries().stream())
                .toList();
    }
}
