package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.demo.imds.ImdsCommand;
import dev.lifeboat.edge.kafka.BrokerCommand;
import dev.lifeboat.edge.kafka.OrchestratorCommand;
import dev.lifeboat.edge.planning.BadInput;
import dev.lifeboat.edge.planning.Explain;
import dev.lifeboat.edge.planning.WhatIf;
import dev.lifeboat.edge.policyfile.PolicyCommand;
import dev.lifeboat.edge.policyfile.PolicyFiles;
import dev.lifeboat.edge.policyfile.Problem;
import dev.lifeboat.policy.Policies;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The one entry point: `lifeboat COMMAND`. Commands that need no service run without starting Quarkus.
@QuarkusMain
@Command(
        name = "lifeboat",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Saves workloads from spot reclaims: forecast, checkpoint, stream, restore.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            CommandLine.HelpCommand.class,
            Bench.class,
            BrokerCommand.class,
            OrchestratorCommand.class,
            ImdsCommand.class,
            ListenerCommand.class,
            PolicyCommand.class
        })
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .addSubcommand(new WhatIf(Main::policies))
                .addSubcommand(new Explain(Main::policies));
    }

    /// Errors in policies are the lint's to show; here the first one is enough to say that they cannot be used.
    private static Policies policies(Path fileOrDirectory) {
        if (!Files.exists(fileOrDirectory)) {
            throw new BadInput(fileOrDirectory + ": there is no such file or folder; --policies names one");
        }
        PolicyFiles.Loaded loaded = PolicyFiles.load(fileOrDirectory);
        for (Problem problem : loaded.problems()) {
            if (problem.isError()) {
                throw new BadInput(
                        problem.headline() + "; see all of it with: lifeboat policy lint " + fileOrDirectory);
            }
        }
        return loaded.all();
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"lifeboat " + (version == null ? "(unpackaged)" : version)};
        }
    }
}
