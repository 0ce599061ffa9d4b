package dev.lifeboat.edge.policyfile;

import dev.lifeboat.edge.policyfile.Shape.Block;
import dev.lifeboat.edge.policyfile.Shape.Leaf;
import dev.lifeboat.policy.Match;
import dev.lifeboat.policy.Selector;
import dev.lifeboat.policy.Spec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// What a schema cannot say by form alone, as CEL that an API server evaluates: the same errors as the linter's.
///
/// @param cel over `self`
/// @param message what is wrong and what to do
record SchemaRule(String cel, String message) {

    /// @param keys that this kind of object has
    static List<SchemaRule> of(Block block, Set<String> keys) {
        var rules = new ArrayList<SchemaRule>();
        if (!block.oneOf().isEmpty()) {
            rules.add(exactlyOne(block.oneOf()));
        }
        if (block.type() == Spec.class) {
            rules.add(
                    new SchemaRule(
                            "has(self.store) || !self.ladder.exists(rung, has(rung.checkpoint))",
                            "a rung makes checkpoints, but the policy has no store: add store: {ref: …, encryption: {kms: …}}"));
        } else if (block.type() == Match.class) {
            rules.add(selects(keys));
        } else if (block.type() == Selector.Expression.class) {
            rules.add(new SchemaRule(
                    "(self.operator in ['In', 'NotIn']) == (has(self.values) && size(self.values) > 0)",
                    "In and NotIn need at least one value, Exists and DoesNotExist take none"));
        }
        return rules;
    }

    /// A duration's bounds; empty where it has none.
    static List<SchemaRule> between(Leaf leaf) {
        if (leaf.least().isEmpty() || leaf.most().isEmpty()) {
            return List.of();
        }
        return List.of(new SchemaRule(
                "duration(self) >= duration('%s') && duration(self) <= duration('%s')"
                        .formatted(leaf.least(), leaf.most()),
                "must be %s to %s".formatted(leaf.least(), leaf.most())));
    }

    private static SchemaRule exactlyOne(List<String> keys) {
        String there = keys.stream().map("has(self.%s)"::formatted).collect(Collectors.joining(", ", "[", "]"));
        return new SchemaRule(there + ".exists_one(there, there)", "exactly one of " + String.join(", ", keys));
    }

    private static SchemaRule selects(Set<String> keys) {
        boolean everywhere = keys.contains("namespaceSelector");
        return new SchemaRule(
                "(has(self.workloads) && size(self.workloads) > 0) || has(self.podSelector)"
                        + (everywhere ? " || has(self.namespaceSelector)" : ""),
                "an empty match would cover everything: say workloads or podSelector"
                        + (everywhere ? " or namespaceSelector" : ""));
    }
}
