package dev.lifeboat.edge.launch.bench;

import dev.lifeboat.edge.kafka.Brokers;
import dev.lifeboat.edge.kafka.Topics;
import dev.lifeboat.edge.launch.bench.DoomedNode.Reaction;
import dev.lifeboat.edge.objectstore.StoreLocation;
import dev.lifeboat.edge.objectstore.StoredCheckpoints;
import dev.lifeboat.notice.NodeName;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `lifeboat bench reaction`.
@Command(
        name = "reaction",
        mixinStandardHelpOptions = true,
        description = {
            "Announces the end of one node after the other: how long until its agent begins to save.",
            "",
            "Metadata service, listener, broker, orchestrator and agent are the production code, over real HTTP and"
                    + " Kafka; broker and orchestrator in processes of their own. Beside them a poller asks the same"
                    + " service every 2 s, as aws-node-termination-handler does."
        },
        footer = {"", "Exit codes: 0 done, 1 could not run, 3 an aim was missed (with --check)."})
public final class ReactionBench implements Callable<Integer> {
    private static final int PARTITIONS = 4;
    private static final double LIMIT_MILLIS = 280;
    private static final long SEED = 42;
    private static final Duration IDLE = Duration.ofSeconds(10);

    /// Longer than any of the loops that a notice could come in step with.
    private static final int MOST_AFTER_MILLIS = 2_000;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--notices",
            defaultValue = "200",
            converter = Count.class,
            description = "One for each node (default ${DEFAULT-VALUE}).")
    private int notices;

    @Option(
            names = "--at-once",
            paramLabel = "NODES",
            defaultValue = "4",
            converter = Count.class,
            description = "Nodes that live at the same time (default ${DEFAULT-VALUE}).")
    private int atOnce;

    @Mixin
    private final Asked asked = new Asked();

    private final Random random = new Random(SEED);

    @Override
    public Integer call() throws InterruptedException {
        return Asked.inFolder("reaction", spec.commandLine().getErr(), this::run);
    }

    private int run(Path folder, Path home) throws IOException, InterruptedException {
        var location = new StoreLocation.Folder(folder.resolve("store"));
        try (var cluster = Cluster.start(home, folder, PARTITIONS);
                var store =
                        new StoredCheckpoints(location, PipeBench.key(folder), StoredCheckpoints.Settings.usual())) {
            var _ = cluster.orchestrator();
            var topics = new Topics(PARTITIONS);
            doomAll("warm-up", atOnce * 2, cluster, topics, store, folder);
            List<Reaction> reactions = doomAll("node", notices, cluster, topics, store, folder);
            Polling polling = Polling.measure(home, folder, cluster.bootstrap(), IDLE);
            return report(reactions, polling);
        }
    }

    private List<Reaction> doomAll(
            String name, int count, Cluster cluster, Topics topics, StoredCheckpoints store, Path folder)
            throws IOException, InterruptedException {
        var futures = new ArrayList<Future<Reaction>>();
        try (var lanes = Executors.newFixedThreadPool(atOnce)) {
            for (int number = 0; number < count; number++) {
                var node = new NodeName(name + "-" + number);
                Path own = Files.createDirectories(folder.resolve(node.value()));
                var place = new DoomedNode.Place(Brokers.plain(cluster.bootstrap()), topics, store, own);
                futures.add(lanes.submit(() -> doom(node, place)));
            }
            var reactions = new ArrayList<Reaction>();
            for (Future<Reaction> future : futures) {
                reactions.add(future.get());
            }
            return reactions;
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getMessage()), e);
        }
    }

    private Reaction doom(NodeName node, DoomedNode.Place place) throws IOException, InterruptedException {
        try (var doomed = new DoomedNode(node, place, new Random(random.nextLong()))) {
            Reaction reaction = doomed.doom(Duration.ofMillis(random.nextInt(MOST_AFTER_MILLIS)));
            spec.commandLine()
                    .getErr()
                    .println(String.format(
                            Locale.ROOT,
                            "%-12s seen %4.0f, durable %4.0f, ordered %4.0f, first action %4.0f, rival %5.0f ms",
                            node,
                            reaction.seen(),
                            reaction.durable(),
                            reaction.ordered(),
                            reaction.acted(),
                            reaction.rival()));
            return reaction;
        }
    }

    private int report(List<Reaction> reactions, Polling polling) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        var spreads = new LinkedHashMap<String, Spread>();
        spreads.put("seen", spread(reactions, Reaction::seen));
        spreads.put("durable", spread(reactions, Reaction::durable));
        spreads.put("ordered", spread(reactions, Reaction::ordered));
        spreads.put("firstAction", spread(reactions, Reaction::acted));
        spreads.put("twoSecondPoller", spread(reactions, Reaction::rival));
        Spread ours = spread(reactions, Reaction::acted);
        Spread rival = spread(reactions, Reaction::rival);
        out.println(String.format(
                Locale.ROOT, "%n%-24s %8s %8s %8s %8s", "ms after the notice", "p50", "p95", "p99", "max"));
        spreads.forEach((name, spread) -> out.println(String.format(
                Locale.ROOT,
                "%-24s %8.0f %8.0f %8.0f %8.0f",
                name,
                spread.p50(),
                spread.p95(),
                spread.p99(),
                spread.max())));
        boolean met = ours.p99() <= LIMIT_MILLIS && ours.count() == notices;
        out.println(String.format(
                Locale.ROOT,
                "%nthe poller takes × %.1f at p50, × %.1f at p99, and has not begun to act then",
                rival.p50() / ours.p50(),
                rival.p99() / ours.p99()));
        out.println(String.format(
                Locale.ROOT,
                "an idle node: %.1f requests/s to the metadata service, %.2f %% of one core",
                polling.requestsPerSecond(),
                polling.corePercent()));
        out.println(String.format(Locale.ROOT, "p99 ≤ %.0f ms: %s", LIMIT_MILLIS, met ? "met" : "MISSED"));
        var all = new LinkedHashMap<String, Object>();
        all.put("notices", notices);
        all.put("millis", spreads);
        all.put("pollerToOurs", Map.of("p50", rival.p50() / ours.p50(), "p99", rival.p99() / ours.p99()));
        all.put("idleNode", polling);
        var aims = Map.of("p99 ≤ 280 ms", met);
        all.put("aims", aims);
        return asked.conclude(out, all, aims);
    }

    private static Spread spread(List<Reaction> reactions, ToDoubleFunction<Reaction> part) {
        return Spread.of(
                reactions.stream().map(reaction -> part.applyAsDouble(reaction)).toList());
    }
}
