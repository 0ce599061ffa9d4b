package dev.lifeboat.edge.policyfile;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Prints the JSON Schema of policy files.
@Command(
        name = "schema",
        mixinStandardHelpOptions = true,
        description = {
            "Prints the JSON Schema of policy files, for editors and admission controllers.",
            "The same schema lies in docs/schema/v1alpha1/policy.json."
        },
        footer = {
            "",
            "Editors that know YAML follow this line at the top of a policy:",
            "  # yaml-language-server: $schema=docs/schema/v1alpha1/policy.json"
        })
final class SchemaCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        out.print(JsonSchema.text());
        out.flush();
        return 0;
    }
}
