package dev.lifeboat.edge.launch.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.edge.demo.node.Part;
import dev.lifeboat.edge.kafka.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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
            "Every node is spoken of five times by three sources, shuffled, with 1 % poison and 10 % nodes of somebody"
                    + " else's in between. Broker and orchestrator are processes of their own on this machine."
        },
        footer = {"", "Exit codes: 0 done, 1 could not run, 3 an aim was missed (with --check)."})
public final class StormBench implements Callable<Integer> {
    private static final int EXIT_CANNOT_RUN = 1;
    private static final int EXIT_MISSED = 3;
    private static final int PARTITIONS = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

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
            names = "--json",
            paramLabel = "FILE",
            arity = "0..1",
            fallbackValue = "-",
            description = "Write the figures here, or to the output: docs/reference/bench-storm.md.")
    private @Nullable Path json;

    @Option(names = "--check", description = "Exit 3 and name the aim when one is missed.")
    private boolean check;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try {
            Path folder = Files.createTempDirectory("lifeboat-bench");
            try {
                return run(folder, out);
            } finally {
                Criu.delete(folder);
            }
        } catch (IOException | IllegalArgumentException broken) {
            spec.commandLine().getErr().println("lifeboat bench storm: " + broken.getMessage());
            return EXIT_CANNOT_RUN;
        }
    }

    private int run(Path folder, PrintWriter out) throws Exception {
        var plan = new Storm.Plan(nodes, workloads, Duration.ofSeconds(over), Duration.ofSeconds(heartbeat));
        Path home = Path.of(System.getProperty("launcher.home", "."));
        try (var cluster = Cluster.start(home, folder, PARTITIONS);
                var storm = new Storm(cluster.bootstrap(), new Topics(PARTITIONS), plan)) {
            storm.introduceAll();
            Part orchestrator = cluster.orchestrator();
            Thread heartbeats = Thread.ofPlatform().daemon().start(storm::keepIntroducing);
            try (var inside = Jvm.of(orchestrator.process());
                    var _ = storm.observe(cluster.bootstrap())) {
                Duration before = inside.processor();
                storm.blow();
                boolean settled = storm.await(PATIENCE);
                heartbeats.interrupt();
                heartbeats.join();
                var figures = new StormFigures(
                        plan,
                        storm,
                        settled,
                        orchestrator.process().isAlive(),
                        inside.processor().minus(before),
                        inside.peakHeapBytes(),
                        inside.liveHeapBytes(),
                        Account.peakOf(orchestrator.process().pid()).bytes());
                return report(figures, out);
            }
        }
    }

    private int report(StormFigures figures, PrintWriter out) throws IOException {
        figures.print(out);
        if (json != null) {
            String text = new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(figures.json());
            if (json.toString().equals("-")) {
                out.println(text);
            } else {
                Files.writeString(json, text);
            }
        }
        Map<String, Boolean> missed = new LinkedHashMap<>(figures.aims());
        missed.values().removeIf(met -> met);
        missed.keySet().forEach(aim -> out.println(String.format(Locale.ROOT, "missed: %s", aim)));
        out.flush();
        return check && !missed.isEmpty() ? EXIT_MISSED : 0;
    }
}
