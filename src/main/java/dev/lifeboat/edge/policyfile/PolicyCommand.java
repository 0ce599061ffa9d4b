package dev.lifeboat.edge.policyfile;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/// Groups the commands about policy files.
@Command(
        name = "policy",
        mixinStandardHelpOptions = true,
        description = "Checks policy files, offline.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {HelpCommand.class, LintCommand.class, SchemaCommand.class, PolicyTestCommand.class})
public final class PolicyCommand {}
