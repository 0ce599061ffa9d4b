package dev.lifeboat.alerts;

import dev.lifeboat.Drawn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// The rules that the chart installs, in their order.
record Rules(List<Rule> all) {
    static final Path FILE = Drawn.top().resolve("helm/lifeboat/rules/lifeboat.rules.yaml");

    Rules {
        all = List.copyOf(all);
    }

    /// One rule, as Prometheus has it.
    ///
    /// @param name of the alert or the recorded series
    /// @param expression in PromQL
    /// @param pending `for`; null for none, and in recordings
    /// @param fields all of it
    record Rule(String name, String expression, @Nullable String pending, Map<String, Object> fields) {
        Rule {
            fields = Map.copyOf(fields);
        }

        private static Rule of(Map<String, Object> fields) {
            Object name = fields.getOrDefault("alert", fields.get("record"));
            return new Rule(
                    String.valueOf(name), String.valueOf(fields.get("expr")), (String) fields.get("for"), fields);
        }

        boolean isAlert() {
            return fields.containsKey("alert");
        }

        /// What it says of itself, such as `summary`.
        String annotation(String key) {
            return String.valueOf(((Map<?, ?>) Objects.requireNonNull(fields.get("annotations"))).get(key));
        }

        Rule with(String otherExpression) {
            return changed("expr", otherExpression);
        }

        /// @param otherWait null for none
        Rule waiting(@Nullable String otherWait) {
            return changed("for", otherWait);
        }

        private Rule changed(String key, @Nullable String value) {
            var all = new TreeMap<>(fields);
            if (value == null) {
                all.remove(key);
            } else {
                all.put(key, value);
            }
            return of(all);
        }
    }

    static Rules read() throws IOException {
        var rules = new ArrayList<Rule>();
        var root = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(Files.readString(FILE));
        for (Object group : (List<?>) Objects.requireNonNull(root.get("groups"))) {
            for (Object rule : (List<?>) Objects.requireNonNull(((Map<?, ?>) group).get("rules"))) {
                var fields = new TreeMap<String, Object>();
                ((Map<?, ?>) rule).forEach((key, value) -> fields.put(String.valueOf(key), value));
                rules.add(Rule.of(fields));
            }
        }
        return new Rules(rules);
    }

    List<Rule> alerts() {
        return all.stream().filter(Rule::isAlert).toList();
    }

    List<Rule> recordings() {
        return all.stream().filter(rule -> !rule.isAlert()).toList();
    }

    /// These rules alone, as a file that Prometheus reads.
    static String file(List<Rule> rules) {
        var group =
                Map.of("name", "one", "rules", rules.stream().map(Rule::fields).toList());
        return new Dump(DumpSettings.builder().build()).dumpToString(Map.of("groups", List.of(group)));
    }
}
