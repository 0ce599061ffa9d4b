package dev.lifeboat.edge.policyfile;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.lifeboat.edge.policyfile.Expressions.Fault;
import java.util.Optional;
import java.util.regex.Pattern;

/// Finds `duration('…')` and `quantity('…')` whose text is none: CEL itself would say so only when it is asked.
final class ConstantCalls {
    private static final Pattern CALL = Pattern.compile("\\b(duration|quantity)\\s*\\(\\s*(['\"])(.*?)\\2\\s*\\)");

    private ConstantCalls() {}

    /// @param tree proves that the text compiles, so that what looks like a call is one
    static Optional<Fault> faultIn(CelAbstractSyntaxTree tree, String text) {
        var calls = CALL.matcher(tree.isChecked() ? text : "");
        while (calls.find()) {
            Quantities unit = calls.group(1).equals("duration") ? Quantities.DURATION : Quantities.BYTES;
            if (unit.measure(calls.group(3)).isEmpty()) {
                return Optional.of(new Fault(
                        calls.start(3), "%s is not %s".formatted(Scalars.quoted(calls.group(3)), unit.words())));
            }
        }
        return Optional.empty();
    }
}
