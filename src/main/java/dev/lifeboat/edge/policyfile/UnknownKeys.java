package dev.lifeboat.edge.policyfile;

import dev.lifeboat.edge.policyfile.Problem.Span;
import dev.lifeboat.edge.policyfile.Shape.Block;
import dev.lifeboat.edge.policyfile.Shape.Entry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// Says of a key that the block does not have whether it is misspelt, belongs elsewhere, or is none.
final class UnknownKeys {
    /// What other systems call it, by what it is called here.
    private static final Map<String, String> SYNONYMS = Map.ofEntries(
            Map.entry("selector", "podSelector"),
            Map.entry("labelSelector", "podSelector"),
            Map.entry("steps", "ladder"),
            Map.entry("rungs", "ladder"),
            Map.entry("strategy", "ladder"),
            Map.entry("actions", "ladder"),
            Map.entry("enforcement", "mode"),
            Map.entry("validationFailureAction", "mode"),
            Map.entry("if", "when"),
            Map.entry("condition", "when"),
            Map.entry("until", "doneWhen"),
            Map.entry("interval", "every"),
            Map.entry("period", "every"),
            Map.entry("frequency", "every"),
            Map.entry("terminationGracePeriodSeconds", "gracePeriod"),
            Map.entry("terminationGracePeriod", "gracePeriod"),
            Map.entry("grace", "gracePeriod"),
            Map.entry("timeoutSeconds", "timeout"),
            Map.entry("on", "triggers"),
            Map.entry("events", "triggers"),
            Map.entry("weight", "priority"),
            Map.entry("bandwidth", "maxBandwidth"),
            Map.entry("cpuLimit", "maxCpu"),
            Map.entry("url", "path"),
            Map.entry("cmd", "command"),
            Map.entry("args", "command"),
            Map.entry("key", "kms"),
            Map.entry("kmsKey", "kms"),
            Map.entry("kmsKeyId", "kms"),
            Map.entry("bucket", "ref"),
            Map.entry("storeRef", "ref"),
            Map.entry("history", "keepLast"),
            Map.entry("groupBy", "by"),
            Map.entry("onError", "onFailure"));

    private final Source source;
    private final Findings findings;
    private final List<Place> places = new ArrayList<>();

    UnknownKeys(Source source, Findings findings, Block root) {
        this.source = source;
        this.findings = findings;
        collect(root, "", places);
    }

    /// @param path with `[]` for any item of a list
    private record Place(String path, String name, Shape shape) {
        String parent() {
            return path.substring(0, Math.max(0, path.length() - name.length() - 1));
        }
    }

    /// Whether keys that belong under the path have been found outside of it.
    boolean hasMisplacedUnder(String path) {
        return findings.isEmptied(general(path));
    }

    void report(MappingNode mapping, Block block, String path, Map<String, NodeTuple> written) {
        written.forEach((name, tuple) -> {
            if (!block.entries().containsKey(name) && !source.isFull()) {
                report(name, tuple, block, path, written);
            }
        });
    }

    private void report(String name, NodeTuple tuple, Block block, String path, Map<String, NodeTuple> written) {
        Span span = findings.spanOf(tuple.getKeyNode());
        int colon = name.indexOf(':');
        if (colon > 0 && block.entries().containsKey(name.substring(0, colon).strip())) {
            String key = name.substring(0, colon).strip();
            findings.misplace(key);
            source.report(
                    Code.UNKNOWN_KEY,
                    span,
                    path,
                    "no space after the colon of " + Scalars.quoted(name),
                    key + ": " + name.substring(colon + 1));
            return;
        }
        List<String> free = block.entries().keySet().stream()
                .filter(key -> !written.containsKey(key))
                .toList();
        Optional<Place> elsewhere = elsewhere(name, tuple, path);
        Optional<String> slip = block.entries().values().stream()
                .filter(entry -> free.contains(entry.name()) && Spelling.alike(name, entry.name()))
                .filter(entry -> elsewhere.isEmpty() || takes(entry.shape(), tuple.getValueNode()))
                .map(Entry::name)
                .findFirst();
        if (slip.isEmpty() && elsewhere.isPresent()) {
            slipped(tuple.getValueNode(), elsewhere.get());
            misplaced(name, span, path, elsewhere.get());
            return;
        }
        Optional<String> synonym = Optional.ofNullable(SYNONYMS.get(name)).filter(free::contains);
        Optional<String> suggestion = slip.or(() -> synonym).or(() -> nearest(name, tuple, block, free));
        suggestion.ifPresent(findings::misplace);
        Optional<String> table = suggestion.isPresent() ? Optional.empty() : emptyTable(block, written);
        if (table.isPresent()) {
            String home = Checker.join(path, table.get());
            findings.empty(general(home));
            source.report(
                    Code.WRONG_NESTING,
                    span,
                    path,
                    "%s does not belong here, but under %s".formatted(Scalars.quoted(name), home),
                    Checker.join(home, name));
            return;
        }
        if (suggestion.isEmpty()) {
            Optional<Place> similar = similarElsewhere(name, path);
            if (similar.isPresent()) {
                misplaced(name, span, path, similar.get());
                return;
            }
        }
        source.report(
                Code.UNKNOWN_KEY,
                span,
                path,
                "unknown key " + Scalars.quoted(name) + (suggestion.isPresent() ? "" : known(block)),
                suggestion.orElse(null));
    }

    /// A table of free keys, such as labels, that is written here and has nothing in it.
    private static Optional<String> emptyTable(Block block, Map<String, NodeTuple> written) {
        return written.entrySet().stream()
                .filter(entry -> isEmpty(entry.getValue().getValueNode()))
                .map(Map.Entry::getKey)
                .filter(key -> {
                    Entry entry = block.entries().get(key);
                    return entry != null && entry.shape() instanceof Shape.Table;
                })
                .findFirst();
    }

    private static String known(Block block) {
        return block.entries().isEmpty()
                ? "; nothing goes here"
                : "; the block has " + String.join(", ", block.entries().keySet());
    }

    /// What follows a block that lost its indentation is read as if it were in it.
    private void slipped(Node value, Place place) {
        if (value instanceof MappingNode mapping && place.shape() instanceof Block block) {
            mapping.getValue().stream()
                    .filter(tuple -> tuple.getKeyNode() instanceof ScalarNode)
                    .map(tuple -> ((ScalarNode) tuple.getKeyNode()).getValue())
                    .filter(key -> !block.entries().containsKey(key))
                    .forEach(findings::misplace);
        }
    }

    private void misplaced(String name, Span span, String path, Place place) {
        findings.misplace(place.name());
        findings.empty(place.parent());
        String home = specific(place, path);
        String where = home.isEmpty() ? "at the top level" : "under " + home;
        source.report(
                Code.WRONG_NESTING,
                span,
                path,
                "%s does not belong here, but %s".formatted(Scalars.quoted(name), where),
                Checker.join(home, place.name()));
    }

    /// Nearest in spelling; where two are equally near, the one that takes such a value.
    private static Optional<String> nearest(String name, NodeTuple tuple, Block block, List<String> free) {
        List<String> fitting = block.entries().values().stream()
                .filter(entry -> free.contains(entry.name()) && takes(entry.shape(), tuple.getValueNode()))
                .map(Entry::name)
                .toList();
        Optional<String> likely = Spelling.nearest(name, fitting);
        Optional<String> any = Spelling.nearest(name, free);
        boolean closer = likely.isPresent()
                && any.isPresent()
                && Spelling.distance(name, any.get()) < Spelling.distance(name, likely.get());
        return closer ? any : likely.or(() -> any);
    }

    private Optional<Place> elsewhere(String name, NodeTuple tuple, String path) {
        String here = general(path);
        return places.stream()
                .filter(place -> place.name().equals(name) && !place.parent().equals(here))
                .filter(place -> takes(place.shape(), tuple.getValueNode()))
                .min(Comparator.comparingInt(place -> steps(here, place.parent())));
    }

    private Optional<Place> similarElsewhere(String name, String path) {
        String here = general(path);
        return places.stream()
                .filter(place -> Spelling.alike(place.name(), name)
                        || (name.length() > 4
                                && Math.abs(name.length() - place.name().length()) <= 1
                                && Spelling.distance(place.name(), name) <= 1))
                .min(Comparator.comparingInt(place -> steps(here, place.parent())));
    }

    /// How far one has to walk through the tree; blocks that are there already are nearer than those that are not.
    private int steps(String from, String to) {
        String[] a = from.isEmpty() ? new String[0] : from.split("\\.", -1);
        String[] b = to.isEmpty() ? new String[0] : to.split("\\.", -1);
        int common = 0;
        while (common < a.length && common < b.length && a[common].equals(b[common])) {
            common++;
        }
        boolean there = to.isEmpty() || findings.isThere(to.replace("[]", "[0]"));
        return 2 * (a.length + b.length - 2 * common) + (there ? 0 : 1);
    }

    /// The place with the list items that the path goes through, `[]` where it goes through none.
    private static String specific(Place place, String path) {
        String[] wanted = place.parent().split("\\.", -1);
        String[] walked = path.split("\\.", -1);
        for (int i = 0; i < wanted.length && i < walked.length && wanted[i].equals(general(walked[i])); i++) {
            wanted[i] = walked[i];
        }
        return String.join(".", wanted);
    }

    private static String general(String path) {
        return path.replaceAll("\\[\\d+]", "[]");
    }

    private static boolean takes(Shape shape, Node value) {
        return switch (shape) {
            case Shape.Block _, Shape.Table _ -> value instanceof MappingNode || isEmpty(value);
            case Shape.Items _ -> value instanceof SequenceNode || isEmpty(value);
            case Shape.Leaf _ -> value instanceof ScalarNode;
            case Shape.Anything _ -> false;
        };
    }

    private static boolean isEmpty(Node value) {
        return value instanceof ScalarNode scalar && scalar.getValue().isEmpty();
    }

    private static void collect(Shape shape, String path, List<Place> places) {
        switch (shape) {
            case Block block -> {
                for (Entry entry : block.entries().values()) {
                    String place = Checker.join(path, entry.name());
                    places.add(new Place(place, entry.name(), entry.shape()));
                    collect(entry.shape(), place, places);
                }
            }
            case Shape.Items items -> collect(items.item(), path + "[]", places);
            case Shape.Table table
            when table.key().form() == Shape.Form.CHOICE -> {
                for (String word : table.key().words()) {
                    places.add(new Place(Checker.join(path, word), word, table.value()));
                }
            }
            case Shape.Table _, Shape.Leaf _, Shape.Anything _ -> {}
        }
    }
}
