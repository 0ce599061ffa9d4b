package dev.lifeboat.edge.launch;

import dev.lifeboat.agent.PageSource;
import dev.lifeboat.edge.containerd.PrepareNodeCommand;
import dev.lifeboat.edge.criu.CriuImages;
import dev.lifeboat.edge.demo.DemoCommand;
import dev.lifeboat.edge.demo.Witness;
import dev.lifeboat.edge.demo.imds.ImdsCommand;
import dev.lifeboat.edge.kafka.BrokerCommand;
import dev.lifeboat.edge.kafka.Brokers;
import dev.lifeboat.edge.kafka.Passage;
import dev.lifeboat.edge.kafka.Topics;
import dev.lifeboat.edge.objectstore.CheckpointCommand;
import dev.lifeboat.edge.objectstore.ExportCheckpoint;
import dev.lifeboat.edge.planning.BadInput;
import dev.lifeboat.edge.planning.Explain;
import dev.lifeboat.edge.planning.Reasons;
import dev.lifeboat.edge.planning.SupposedNotice;
import dev.lifeboat.edge.planning.Supposition;
import dev.lifeboat.edge.planning.WhatIf;
import dev.lifeboat.edge.policyfile.PolicyCommand;
import dev.lifeboat.edge.policyfile.Snapshots;
import dev.lifeboat.edge.replay.Replay;
import dev.lifeboat.plan.Question;
import dev.lifeboat.policy.Policies;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The one entry point: `lifeboat COMMAND`. Commands that need no service run without starting Quarkus.
@QuarkusMain
@Command(
        name = "lifeboat",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Saves workloads from spot reclaims: forecast, checkpoint, stream, restore.",
        synopsisSubcommandLabel = "COMMAND")
public final class Main {
    /// The demo's broker makes its topics with the default.
    private static final int PARTITIONS = 4;

    private Main() {}

    public static void main(String[] args) {
        Logging.begin();
        System.exit(commandLine().execute(args));
    }

    /// In the order in which a newcomer needs them: try, know, run, look after, measure.
    static CommandLine commandLine() {
        var complaints = new Complaints();
        return new CommandLine(new Main())
                .addSubcommand(new DemoCommand(Main::watch))
                .addSubcommand(new CheckCommand())
                .addSubcommand("policy", PolicyCommand.commandLine(Main::suppose, Reasons::of))
                .addSubcommand(new WhatIf(Main::policies))
                .addSubcommand(new Explain(Main::policies, new KeptJournals()))
                .addSubcommand(new Replay(Main::policies))
                .addSubcommand(new OrchestratorCommand())
                .addSubcommand(new ListenerCommand())
                .addSubcommand(new AgentCommand())
                .addSubcommand(new PrepareNodeCommand())
                .addSubcommand(new NoticeCommand())
                .addSubcommand(CheckpointCommand.commandLine(Main::images))
                .addSubcommand(new Bench())
                .addSubcommand(new BrokerCommand())
                .addSubcommand(new ImdsCommand())
                .addSubcommand(new CommandLine.HelpCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(complaints)
                .setExecutionExceptionHandler(complaints);
    }

    /// Errors in policies are the lint's to show; here the first one is enough to say that they cannot be used.
    private static Policies policies(Path fileOrDirectory) {
        try {
            return Planning.load(fileOrDirectory).all();
        } catch (IllegalArgumentException mistake) {
            throw new BadInput(String.valueOf(mistake.getMessage()));
        }
    }

    /// The question that what-if asks of the same file.
    private static Question suppose(Path snapshot, Snapshots.Supposed it, Policies policies) {
        try {
            var notice = new SupposedNotice(it.node(), it.window(), it.trigger());
            return Supposition.read(snapshot).question(notice, policies);
        } catch (BadInput mistake) {
            throw new IllegalArgumentException(mistake.getMessage(), mistake);
        }
    }

    private static List<ExportCheckpoint.Image> images(PageSource pages, String dumper) {
        return CriuImages.of(pages, dumper).stream()
                .map(file -> new ExportCheckpoint.Image(
                        file.name(), file.size(), out -> file.content().writeTo(out)))
                .toList();
    }

    private static AutoCloseable watch(String bootstrap, Witness witness) {
        return Passage.watch(Brokers.plain(bootstrap), new Topics(PARTITIONS), witness::saw, witness::saw);
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"lifeboat " + (version == null ? "(unpackaged)" : version)};
        }
    }
}
