package dev.lifeboat.edge.policyfile;

import dev.lifeboat.Drawn;
import dev.lifeboat.edge.policyfile.Shape.Block;
import dev.lifeboat.edge.policyfile.Shape.Entry;
import dev.lifeboat.edge.policyfile.Shape.Items;
import dev.lifeboat.edge.policyfile.Shape.Leaf;
import dev.lifeboat.edge.policyfile.Shape.Table;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Draws what users read about the format from the types that define it.
final class PolicyReferenceTest {
    @Test
    void theSchemaIsThatOfTheTypes() {
        Drawn.matches(Path.of("docs/schema/v1alpha1/policy.json"), JsonSchema.text());
    }

    @Test
    void theReferenceNamesEveryKey() {
        var page = new StringBuilder("""
                # Policy file

                Drawn from the types in `dev.lifeboat.policy`. For a first policy see
                [how to write one](../how-to/write-a-policy.md); the schema for editors is
                [policy.json](../schema/v1alpha1/policy.json); findings of the linter are explained in
                [lint codes](lint-codes.md).

                A file holds one or several documents of kind `EvacuationPolicy` (in a namespace) or
                `ClusterEvacuationPolicy` (across namespaces). Where several policies cover a workload, the highest
                `value.priority` decides, then the oldest; the others get the condition `Conflicted=True`.
                Durations are Go's (`20s`, `1h30m`), quantities are Kubernetes' (`40Mi`, `250m`).
                An X under *Required* says that the block is in error without the key.

                """);
        block(page, Documents.POLICY, "");
        page.append("\n## Variables of CEL\n\n`when` and `group.by` may ask:\n\n");
        variables(page, CelTypes.FACTS);
        page.append("\n`doneWhen` may ask:\n\n");
        variables(page, CelTypes.RESPONSE);
        page.append("""

                Beside CEL's own functions there is `quantity('8Gi')`, which gives bytes as `int`; `duration('90s')` is
                CEL's. An expression that asks for what is not known, such as `estimate` while nothing has been
                measured, cannot be decided: the rung is passed over and the plan says why.
                """);
        Drawn.matches(Path.of("docs/reference/policy.md"), page.toString());
    }

    @Test
    void theReferenceOfCasesNamesEveryKey() {
        var page = new StringBuilder("""
                # Cases of a policy

                Drawn from the types that read `*.cases.yaml`. What they are for is told in
                [how to write a policy](../how-to/write-a-policy.md); `lifeboat policy test` runs them.

                A case is about one `workload` or about a [snapshot](snapshot.md) of a cluster. Of a snapshot, each workload
                named under `expect` gives one result, in the JUnit XML too. An X under *Required* says that the block is
                in error without the key.

                """);
        block(page, Shapes.of(CasesDocument.class), "");
        page.append("""
                ## Verdicts

                `Saved` goes on where it is restored; `Stored` waits in the store, since no node has room for it; `Tried` is
                saved although nobody can say how long that takes; `Asked` saves itself; `Drained` is ended politely;
                `LetGo` goes down with its node; `Untouched` has no policy, or none for this trigger.
                """);
        Drawn.matches(Path.of("docs/reference/policy-cases.md"), page.toString());
    }

    @Test
    void everyLintCodeIsExplained() {
        String rows = Arrays.stream(Code.values())
                .map(code -> "<a id=\"%s\"></a>\n## %s %s\n\n%s: %s\n"
                        .formatted(
                                code.id().toLowerCase(java.util.Locale.ROOT),
                                code.id(),
                                code.title(),
                                code.severity() == Code.Severity.ERROR ? "Error" : "Warning",
                                code.reason()))
                .collect(Collectors.joining("\n"));
        Drawn.matches(Path.of("docs/reference/lint-codes.md"), """
                # Lint codes

                What `lifeboat policy lint` can say. Codes are stable: they are never reused and never change their
                meaning. Errors keep a policy from being used (exit code 2); warnings do not (exit code 1 with
                `--strict`).

                """ + rows);
    }

    private static void block(StringBuilder page, Block block, String path) {
        page.append("## ")
                .append(path.isEmpty() ? "(document)" : "`" + path + "`")
                .append("\n\n");
        if (!block.oneOf().isEmpty()) {
            page.append("Exactly one of ")
                    .append(String.join(", ", block.oneOf()))
                    .append(".\n\n");
        }
        if (block.entries().isEmpty()) {
            page.append("Takes no keys: `{}`.\n\n");
            return;
        }
        page.append("| Key | Value | Required | If left out | |\n|---|---|---|---|---|\n");
        for (Entry entry : block.entries().values()) {
            page.append("| `%s` | %s | %s | %s | %s |\n"
                    .formatted(
                            entry.name(),
                            words(entry.shape()),
                            entry.required() ? "X" : "",
                            entry.standard().isEmpty() ? "" : "`" + entry.standard() + "`",
                            entry.about()));
        }
        page.append('\n');
        for (Entry entry : block.entries().values()) {
            String inner = Checker.join(path, entry.name());
            if (entry.shape() instanceof Block nested) {
                block(page, nested, inner);
            } else if (entry.shape() instanceof Items items && items.item() instanceof Block nested) {
                block(page, nested, inner + "[]");
            } else if (entry.shape() instanceof Table table && table.value() instanceof Block nested) {
                block(page, nested, inner + ".*");
            }
        }
    }

    private static String words(Shape shape) {
        return switch (shape) {
            case Block _ -> "block";
            case Items items -> "list of " + (items.item() instanceof Block ? "blocks" : words(items.item()));
            case Table table -> "mapping of " + words(table.key()) + " to " + words(table.value());
            case Leaf leaf -> words(leaf);
            case Shape.Anything _ -> "anything";
        };
    }

    private static String words(Leaf leaf) {
        if (!leaf.words().isEmpty()) {
            return leaf.words().stream().map(word -> "`" + word + "`").collect(Collectors.joining(", "));
        }
        String range = leaf.least().isEmpty() ? "" : ", " + leaf.least() + " to " + leaf.most();
        boolean formed = leaf.form() == Shape.Form.TEXT;
        return (formed ? leaf.text().words().replace("|", "\\|") : leaf.form().words()) + range;
    }

    private static void variables(StringBuilder page, CelTypes types) {
        page.append("| Variable | Type |\n|---|---|\n");
        types.variables()
                .keySet()
                .forEach(variable -> types.fieldsOf(variable)
                        .forEach(field -> page.append(
                                "| `%s.%s` | %s |\n".formatted(variable, field, types.typeOf(variable, field)))));
    }
}
