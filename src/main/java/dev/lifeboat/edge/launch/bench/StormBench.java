package dev.lifeboat.edge.launch.bench;

import dev.lifeboat.edge.kafka.Brokers;
import dev.lifeboat.edge.kafka.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `lifeboat bench storm`.
@Command(
        name = "storm",
        mixinStandardHelpOptions = true,
        description = {
            "Reclaims thousands of nodes at once: what one orchestrator makes of it.",
            "",
            "Every node is spoken of five times by three sources, shuffled, with 1 %% poison and 10 %% nodes of somebody"
                    + " else's in between. Broker and orchestrator are processes of their own on this machine."
        },
        footer = {"", "Exit codes: 0 done, 1 could not run, 3 an aim was missed (with --check)."})
public final class StormBench implements Callable<Integer> {
    private static final int PARTITIONS = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /// An agent that has just come looks around; after that it asks once in 10 s: its cost at rest.
    private static final Duration SETTLING = Duration.ofSeconds(15);

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--nodes", defaultValue = "2000", description = "Nodes reclaimed (default ${DEFAULT-VALUE}).")
    private int nodes;

    @Option(names = "--workloads", defaultValue = "22", description = "On each node (default ${DEFAULT-VALUE}).")
    private int workloads;

    @Option(
            names = "--over",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long the notices take to come, evenly; 0 for all at once (default ${DEFAULT-VALUE}).")
    private int over;

    @Option(
            names = "--heartbeat",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "Between two heartbeats of each node meanwhile (default ${DEFAULT-VALUE}).")
    private int heartbeat;

    @Option(
            names = "--agents",
            defaultValue = "20",
            description = "Nodes whose agent's connection is opened, too, to see what one costs the broker"
                    + " (default ${DEFAULT-VALUE}).")
    private int agents;

    @Option(
            names = "--idle",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "How long the broker is watched at rest, with and without them (default ${DEFAULT-VALUE}).")
    private int idle;

    @Mixin
    private final Asked asked = new Asked();

    @Override
    public Integer call() throws InterruptedException {
        return Asked.inFolder("storm", spec.commandLine().getErr(), this::run);
    }

    private int run(Path folder, Path home) throws IOException, InterruptedException {
        var plan = new Storm.Plan(nodes, workloads, Duration.ofSeconds(over), Duration.ofSeconds(heartbeat));
        try (var cluster = Cluster.start(home, folder, PARTITIONS);
                var storm = new Storm(Brokers.plain(cluster.bootstrap()), new Topics(PARTITIONS), plan);
                var gale = new Gale(cluster, storm, plan)) {
            gale.begin();
            BrokerLoad alone = gale.rest(Duration.ofSeconds(idle));
            gale.open(agents);
            var _ = gale.rest(SETTLING);
            BrokerLoad attended = gale.rest(Duration.ofSeconds(idle));
            StormFigures figures = gale.blow(PATIENCE, new StormFigures.Rest(alone, attended, agents));
            PrintWriter out = spec.commandLine().getOut();
            figures.print(out);
            return asked.conclude(out, figures.json(), figures.aims());
        }
    }
}
