package dev.lifeboat.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.Drawn;
import dev.lifeboat.edge.telemetry.Scrape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The dashboard asks for what there is, in queries that Prometheus understands, and shows all of it.
final class DashboardTest {
    private static final Path FILE = Drawn.top().resolve("helm/lifeboat/dashboards/lifeboat.json");
    private static final Pattern METRIC = Pattern.compile("lifeboat_[a-z_]+");
    private static final Pattern PART = Pattern.compile("_(bucket|count|sum|max)$");

    /// About builds and about one process; alerts or tables show them.
    private static final List<String> NOT_SHOWN =
            List.of("lifeboat_build_info", "lifeboat_canary_success_timestamp_seconds");

    @TempDir
    private Path folder;

    @Test
    void everyQueryNamesMetricsThatThereAre() throws IOException {
        for (String query : queries()) {
            assertThat(names(query)).as(query).isNotEmpty();
            assertThat(Scrape.series()).as(query).containsAll(names(query));
        }
    }

    @Test
    void everyMetricIsOnIt() throws IOException {
        var shown = new TreeSet<String>(NOT_SHOWN);
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

    private static List<String> names(String query) {
        return METRIC.matcher(query).results().map(it -> it.group()).toList();
    }

    private static List<String> queries() throws IOException {
        var queries = new ArrayList<String>();
        for (var panel : new JsonMapper().readTree(FILE.toFile()).path("panels")) {
            panel.path("targets")
                    .forEach(target -> queries.add(target.path("expr").asText()));
        }
        assertThat(queries).isNotEmpty();
        return queries;
    }
}
