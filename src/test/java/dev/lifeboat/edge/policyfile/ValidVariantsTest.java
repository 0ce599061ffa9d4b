package dev.lifeboat.edge.policyfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;

/// The same policies written in other ways are as clean as the originals, and mean the same.
final class ValidVariantsTest {
    private static final int VARIANTS = 240;
    private static final Map<String, String> SAME = Map.of(
            "60s",
            "1m",
            "24h",
            "1440m",
            "10m",
            "600s",
            "1h",
            "60m",
            "40Mi",
            "40960Ki",
            "72h",
            "4320m",
            "2s",
            "2000ms",
            "1m",
            "60s",
            "20Mi",
            "20480Ki",
            "200Gi",
            "204800Mi");

    @Test
    void noFalseAlarms() {
        var random = new Random(7);
        List<String> originals = Mutants.originals();
        for (int i = 0; i < VARIANTS; i++) {
            String original = originals.get(random.nextInt(originals.size()));
            String variant = variant(original, random);
            var loaded = PolicyFiles.read("variant.yaml", variant);

            assertThat(loaded.problems()).as("variant %d:%n%s", i, variant).isEmpty();
            assertThat(loaded.policies().getFirst().spec().ladder())
                    .extracting(rung -> rung.name())
                    .isEqualTo(
                            PolicyFiles.read("original.yaml", original).policies().getFirst().spec().ladder().stream()
                                    .map(rung -> rung.name())
                                    .toList());
        }
    }

    @Test
    void anchorsAndMergeKeysAreWrittenOut() {
        String text = """
                apiVersion: lifeboat.dev/v1alpha1
                kind: EvacuationPolicy
                metadata: {name: a, namespace: b}
                spec:
                  match: {workloads: [{kind: Job}]}
                  triggers: [NodeDrain]
                  ladder:
                    - name: live
                      checkpoint: &checkpoint {mode: Full, maxFreeze: &long 40s}
                      hooks:
                        before: &hook {exec: {command: [a]}, timeout: 2s}
                        after: {<<: *hook, timeout: 3s}
                    - name: slow
                      checkpoint: {<<: *checkpoint, maxFreeze: 50s}
                    - {name: out, drain: {gracePeriod: *long}}
                  store: {ref: s, encryption: {kms: k}}
                """;

        var loaded = PolicyFiles.read("anchors.yaml", text);

        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.policies()
                        .getFirst()
                        .spec()
                        .ladder()
                        .getLast()
                        .action()
                        .toString())
                .contains("PT40S");
    }

    @Test
    void documentsOfOthersInTheSameFileAreLeftAlone() {
        String text = "apiVersion: v1\nkind: ConfigMap\ndata: {a: b}\n---\n"
                + Mutants.originals().getFirst() + "...\n";

        var loaded = PolicyFiles.read("mixed.yaml", text);

        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.policies()).hasSize(1);
    }

    private static String variant(String original, Random random) {
        Object tree = new Load(LoadSettings.builder().build()).loadFromString(original);
        boolean shuffled = random.nextBoolean();
        Object changed = changed(tree, random, shuffled);
        var settings = DumpSettings.builder()
                .setDefaultFlowStyle(
                        List.of(FlowStyle.BLOCK, FlowStyle.FLOW, FlowStyle.AUTO).get(random.nextInt(3)))
                .setDefaultScalarStyle(ScalarStyle.PLAIN)
                .setWidth(random.nextBoolean() ? 60 : 200)
                .setIndent(random.nextBoolean() ? 2 : 4)
                .setExplicitStart(random.nextBoolean())
                .build();
        String text = new Dump(settings).dumpToString(changed);
        if (random.nextBoolean()) {
            text = "# a comment\n\n" + text.replaceAll("(?m)^(  mode: \\w+)$", "$1   # another") + "# the end\n";
        }
        if (random.nextInt(3) == 0) {
            text = text.replaceAll("(?m)^(\\s*(?:- )?name: )([\\w-]+)$", random.nextBoolean() ? "$1\"$2\"" : "$1'$2'");
        }
        if (random.nextInt(4) == 0) {
            text = text.replace("\n", "\r\n");
        }
        return random.nextInt(4) == 0 ? text + "\n---\n# nothing more\n" : text;
    }

    private static Object changed(Object tree, Random random, boolean shuffled) {
        if (tree instanceof Map<?, ?> map) {
            var entries = new ArrayList<Map.Entry<?, ?>>(map.entrySet());
            if (shuffled) {
                Collections.shuffle(entries, random);
            }
            var copy = new LinkedHashMap<Object, Object>();
            entries.forEach(entry -> copy.put(entry.getKey(), changed(entry.getValue(), random, shuffled)));
            return copy;
        }
        if (tree instanceof List<?> list) {
            return list.stream().map(item -> changed(item, random, shuffled)).toList();
        }
        return tree instanceof String text && random.nextBoolean() ? SAME.getOrDefault(text, text) : tree;
    }
}
