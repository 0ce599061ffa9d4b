package dev.lifeboat.edge.policyfile;

import dev.lifeboat.policy.Selector;
import java.util.List;

/// Label selectors that Kubernetes would refuse.
final class SelectorLints {
    private static final List<String> SELECTORS = List.of("spec.match.podSelector", "spec.match.namespaceSelector");

    private final Source source;
    private final Findings findings;

    SelectorLints(Source source, Findings findings) {
        this.source = source;
        this.findings = findings;
    }

    void run() {
        for (String selector : SELECTORS) {
            for (int i = 0; findings.isThere(selector + ".matchExpressions[" + i + "]"); i++) {
                String path = selector + ".matchExpressions[" + i + "]";
                findings.value(path, Selector.Expression.class).ifPresent(expression -> expression(path, expression));
            }
        }
    }

    private void expression(String path, Selector.Expression expression) {
        boolean needsValues = switch (expression.operator()) {
            case In, NotIn -> true;
            case Exists, DoesNotExist -> false;
        };
        if (needsValues && expression.values().isEmpty()) {
            String place = findings.isThere(path + ".values") ? path + ".values" : path;
            source.report(
                    Code.MISSING_KEY,
                    findings.span(place),
                    place,
                    expression.operator() + " needs at least one value",
                    "values: [" + expression.key().replaceFirst(".*/", "") + "]");
        } else if (!needsValues && !expression.values().isEmpty()) {
            source.report(
                    Code.WRONG_TYPE,
                    findings.span(path + ".values"),
                    path + ".values",
                    expression.operator() + " takes no values",
                    "remove it, or write operator: In");
        }
    }
}
