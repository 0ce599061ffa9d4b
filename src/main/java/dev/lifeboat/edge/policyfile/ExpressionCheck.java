package dev.lifeboat.edge.policyfile;

import dev.lifeboat.edge.policyfile.Expressions.Fault;
import dev.lifeboat.edge.policyfile.Problem.Span;
import dev.lifeboat.edge.policyfile.Shape.Form;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/// Checks CEL where it stands: faults are reported at their own column of the YAML file.
final class ExpressionCheck {
    private final Source source;
    private final Findings findings;

    ExpressionCheck(Source source, Findings findings) {
        this.source = source;
        this.findings = findings;
    }

    @Nullable
    Object check(ScalarNode node, Form form, String path, boolean plain) {
        String text = node.getValue();
        if (text.isBlank() || (plain && text.matches("true|false|null|~|[-+.\\d]+"))) {
            String got = text.isBlank() ? "nothing" : Scalars.quoted(text);
            Span span = text.isBlank() ? findings.span(path) : findings.spanOf(node);
            source.report(Code.WRONG_TYPE, span, path, "expected " + form.words() + ", got " + got, null);
            return null;
        }
        if (text.length() > Expressions.MAX_LENGTH) {
            String message = "CEL: longer than " + Expressions.MAX_LENGTH + " characters";
            source.report(Code.TOO_LARGE, findings.spanOf(node), path, message, null);
            return null;
        }
        return switch (Expressions.compile(form, text)) {
            case Expressions.Outcome.Compiled compiled -> compiled.expression();
            case Expressions.Outcome.Faulty faulty -> {
                report(node, form, path, text, faulty.faults().getFirst());
                yield null;
            }
        };
    }

    /// Only the first fault of an expression: the others mostly follow from it.
    private void report(ScalarNode node, Form form, String path, String text, Fault fault) {
        var advice = CelAdvice.on(form, text, fault);
        Span whole = findings.spanOf(node);
        Span at = Optional.of(ScalarPlaces.of(source, node, whole, advice.offset()))
                .map(span -> new Span(span.line(), span.column(), advice.length()))
                .orElse(whole);
        source.report(Code.BAD_CONDITION, at, path, "CEL: " + advice.message(), advice.suggestion());
    }
}
