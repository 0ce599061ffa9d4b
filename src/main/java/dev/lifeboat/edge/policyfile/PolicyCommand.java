package dev.lifeboat.edge.policyfile;

import dev.lifeboat.plan.Refusal;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/// Groups the commands about policy files.
@Command(
        name = "policy",
        mixinStandardHelpOptions = true,
        description = "Checks policy files, offline.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {HelpCommand.class, LintCommand.class, SchemaCommand.class})
public final class PolicyCommand {
    private PolicyCommand() {}

    /// @param snapshots for cases that name one
    /// @param refusals why a rung was not taken, in words
    public static CommandLine commandLine(Snapshots snapshots, Function<Refusal, String> refusals) {
        return new CommandLine(new PolicyCommand()).addSubcommand(new PolicyTestCommand(snapshots, refusals));
    }
}
