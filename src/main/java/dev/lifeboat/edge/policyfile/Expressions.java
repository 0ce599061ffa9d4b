package dev.lifeboat.edge.policyfile;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.lifeboat.edge.policyfile.Shape.Form;
import dev.lifeboat.quantity.ByteCount;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Compiles CEL against the variables that conditions may ask about.
final class Expressions {
    /// Longer ones belong into the application.
    static final int MAX_LENGTH = 1024;

    private static final CelOptions OPTIONS = CelOptions.current()
            .maxExpressionCodePointSize(MAX_LENGTH)
            .maxParseRecursionDepth(64)
            .comprehensionMaxIterations(10_000)
            .build();

    /// Compiling takes milliseconds, and repairs of a broken file ask for the same expressions hundreds of times.
    private static final Map<Question, Outcome> COMPILED = new ConcurrentHashMap<>();

    private static final int MOST_REMEMBERED = 10_000;

    private static final CelCompiler CONDITIONS = compiler(CelTypes.FACTS);
    private static final CelCompiler COMPLETIONS = compiler(CelTypes.RESPONSE);

    private static final CelRuntime RUNTIME = CelRuntimeFactory.standardCelRuntimeBuilder()
            .setOptions(OPTIONS)
            .addFunctionBindings(CelFunctionBinding.from("quantity_string", String.class, Expressions::bytes))
            .build();

    private Expressions() {}

    /// What a text came to.
    sealed interface Outcome {
        record Compiled(Object expression) implements Outcome {}

        record Faulty(List<Fault> faults) implements Outcome {
            public Faulty {
                faults = List.copyOf(faults);
            }
        }
    }

    /// @param offset into the expression, in UTF-16 units
    record Fault(int offset, String message) {}

    static Outcome compile(Form form, String text) {
        var question = new Question(form, text);
        Outcome known = COMPILED.get(question);
        if (known != null) {
            return known;
        }
        Outcome outcome = compileAnew(form, text);
        if (COMPILED.size() < MOST_REMEMBERED) {
            COMPILED.put(question, outcome);
        }
        return outcome;
    }

    private record Question(Form form, String text) {}

    private static Outcome compileAnew(Form form, String text) {
        CelValidationResult result = compiler(form).compile(text);
        try {
            if (result.hasError()) {
                return new Outcome.Faulty(result.getErrors().stream()
                        .map(issue -> fault(issue, text))
                        .toList());
            }
            CelAbstractSyntaxTree tree = result.getAst();
            CelType wanted = form == Form.GROUPING ? SimpleType.STRING : SimpleType.BOOL;
            if (!tree.getResultType().equals(wanted) && !tree.getResultType().equals(SimpleType.DYN)) {
                return new Outcome.Faulty(List.of(new Fault(
                        0,
                        "must give %s, but gives %s"
                                .formatted(wanted.name(), tree.getResultType().name()))));
            }
            return ConstantCalls.faultIn(tree, text)
                    .<Outcome>map(fault -> new Outcome.Faulty(List.of(fault)))
                    .orElse(new Outcome.Compiled(expression(form, text, tree)));
        } catch (CelValidationException | CelEvaluationException e) {
            return new Outcome.Faulty(List.of(new Fault(0, String.valueOf(e.getMessage()))));
        }
    }

    /// Whether it would compile, reasons aside.
    static boolean compiles(Form form, String text) {
        return compile(form, text) instanceof Outcome.Compiled;
    }

    static CelTypes types(Form form) {
        return form == Form.COMPLETION ? CelTypes.RESPONSE : CelTypes.FACTS;
    }

    private static Object expression(Form form, String text, CelAbstractSyntaxTree tree) throws CelEvaluationException {
        var program = RUNTIME.createProgram(tree);
        return switch (form) {
            case GROUPING -> new CelExpression.CelGrouping(text, program);
            case COMPLETION -> new CelExpression.CelCompletion(text, program);
            case CONDITION -> new CelExpression.CelCondition(text, program);
            case CHOICE, WHOLE, NUMBER, FLAG, TEXT, DURATION, BYTES, CPU, MOMENT ->
                throw new IllegalArgumentException(form + " is not an expression");
        };
    }

    private static CelCompiler compiler(Form form) {
        return form == Form.COMPLETION ? COMPLETIONS : CONDITIONS;
    }

    private static CelCompiler compiler(CelTypes types) {
        var builder = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .setTypeProvider(types)
                .addFunctionDeclarations(CelFunctionDecl.newFunctionDeclaration(
                        "quantity",
                        CelOverloadDecl.newGlobalOverload("quantity_string", SimpleType.INT, SimpleType.STRING)));
        types.variables().forEach(builder::addVar);
        return builder.build();
    }

    private static Fault fault(CelIssue issue, String text) {
        int offset = 0;
        List<String> lines = text.lines().toList();
        int line = Math.max(1, issue.getSourceLocation().getLine());
        for (int i = 0; i < line - 1 && i < lines.size(); i++) {
            offset += lines.get(i).length() + 1;
        }
        String rest = text.substring(Math.min(offset, text.length()));
        int column = Math.clamp(issue.getSourceLocation().getColumn(), 0, rest.codePointCount(0, rest.length()));
        return new Fault(offset + rest.offsetByCodePoints(0, column), issue.getMessage());
    }

    private static long bytes(String quantity) {
        BigDecimal bytes = Quantities.BYTES
                .measure(quantity)
                .orElseThrow(() -> new IllegalArgumentException("not a quantity such as 8Gi: " + quantity));
        return ((ByteCount) Quantities.BYTES.value(bytes)).bytes();
    }
}
