package dev.lifeboat.edge.policyfile;

import dev.lifeboat.edge.policyfile.Shape.Entry;

/// What a key could look like, for suggestions.
final class Examples {
    private Examples() {}

    static String of(Entry entry) {
        if (!entry.standard().isEmpty()) {
            return entry.standard();
        }
        return switch (entry.shape()) {
            case Shape.Block _, Shape.Table _ -> "{…}";
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
                    case TEXT, MOMENT, CONDITION, COMPLETION, GROUPING -> "…";
                };
            case Shape.Anything _ -> "…";
        };
    }
}
