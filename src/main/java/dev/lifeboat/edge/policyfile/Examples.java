package dev.lifeboat.edge.policyfile;

import dev.lifeboat.edge.policyfile.Shape.Entry;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a key could look like, for suggestions.
final class Examples {
    private static final String ANYTHING = "…";

    private Examples() {}

    static String of(Entry entry) {
        return entry.standard().isEmpty() ? of(entry.shape()) : entry.standard();
    }

    /// @param standard what holds when the key is left out; empty for nothing
    /// @return null where any text might be meant
    static @Nullable String of(Shape.Leaf leaf, String standard) {
        String example = standard.isEmpty() ? of(leaf) : standard;
        return example.equals(ANYTHING) ? null : example;
    }

    /// What a block needs, or the first thing that it may hold.
    private static String of(Shape.Block block) {
        List<Entry> needed =
                block.entries().values().stream().filter(Entry::required).toList();
        return Stream.concat(
                        needed.stream(),
                        needed.isEmpty() ? block.entries().values().stream().limit(1) : Stream.of())
                .map(entry -> entry.name() + ": " + (entry.shape() instanceof Shape.Leaf leaf ? of(leaf) : "{…}"))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    static String of(Shape shape) {
        return switch (shape) {
            case Shape.Block block -> of(block);
            case Shape.Table _ -> "{…}";
            case Shape.Items items ->
                items.item() instanceof Shape.Leaf leaf && !leaf.words().isEmpty()
                        ? "[" + leaf.words().getFirst() + "]"
                        : "[…]";
            case Shape.Leaf leaf ->
                switch (leaf.form()) {
                    case CHOICE -> leaf.words().getFirst();
                    case DURATION -> "30s";
                    case BYTES -> "1Gi";
                    case CPU -> "250m";
                    case WHOLE, NUMBER -> leaf.least().isEmpty() ? "1" : leaf.least();
                    case FLAG -> "true";
                    case TEXT ->
                        leaf.known().isEmpty() ? ANYTHING : leaf.known().getFirst();
                    case MOMENT, CONDITION, COMPLETION, GROUPING -> ANYTHING;
                };
            case Shape.Anything _ -> ANYTHING;
        };
    }
}
