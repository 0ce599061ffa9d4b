package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.demo.imds.ImdsCommand;
import dev.lifeboat.edge.kafka.BrokerCommand;
import dev.lifeboat.edge.kafka.OrchestratorCommand;
import io.quarkus.runtime.annotations.QuarkusMain;
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
            ListenerCommand.class
        })
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main());
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"lifeboat " + (version == null ? "(unpackaged)" : version)};
        }
    }
}
