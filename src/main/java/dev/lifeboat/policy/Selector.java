package dev.lifeboat.policy;

import java.util.List;
import java.util.Map;

/// Labels, as Kubernetes selects by them; all that is said must hold.
public record Selector(
        @Key(value = "Labels and their values.", standard = "{}", names = Text.LABEL_KEY, text = Text.LABEL_VALUE)
        Map<String, String> matchLabels,

        @Key(value = "Labels and what they may be.", standard = "[]", most = "64")
        List<Expression> matchExpressions) {
    public Selector {
        matchLabels = Map.copyOf(matchLabels);
        matchExpressions = List.copyOf(matchExpressions);
    }

    public boolean selects(Map<String, String> labels) {
        return matchLabels.entrySet().stream()
                        .allMatch(label -> label.getValue().equals(labels.get(label.getKey())))
                && matchExpressions.stream().allMatch(expression -> expression.holds(labels));
    }

    /// One requirement.
    public record Expression(
            @Key(value = "The label.", required = true, text = Text.LABEL_KEY)
            String key,

            @Key(value = "How it is compared.", required = true)
            Operator operator,

            @Key(value = "Values for In and NotIn.", standard = "[]", most = "256", text = Text.LABEL_VALUE)
            List<String> values) {
        public Expression {
            values = List.copyOf(values);
        }

        boolean holds(Map<String, String> labels) {
            String value = labels.get(key);
            return switch (operator) {
                case In -> value != null && values.contains(value);
                case NotIn -> value == null || !values.contains(value);
                case Exists -> value != null;
                case DoesNotExist -> value == null;
            };
        }
    }

    /// Kubernetes' own words.
    public enum Operator {
        In,
        NotIn,
        Exists,
        DoesNotExist
    }
}
