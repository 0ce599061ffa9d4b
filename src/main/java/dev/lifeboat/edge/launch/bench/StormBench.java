package dev.lifeboat.edge.launch.bench;

import dev.lifeboat.edge.kafka.Brokers;
import dev.lifeboat.edge.kafka.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// `lifeboat bench storm`.
@Command(
        name = "storm",
        mixinStandardHelpOptions = true,
        description = {
            "Reclaims thousands of nodes at once: what one orchestrator makes of it.",
            "",
            "Every node is spoken of five times by three sources, shuffled, with 1 %% poison and 10 %% nodes of somebody"
                    + " else's in between. Broker and orchestrator are processes of their own on this machine.",
            "",
            "Twice, each time with a new broker: spread evenly over a while (--over), for which the aim of 200 ms holds;"
                    + " and all at once, where the last node waits for the decisions on all others."
        },
        footer = {"", "Exit codes: 0 done, 1 could not run, 3 an aim was missed (with --check)."})
public final class StormBench implements Callable<Integer> {
    private static final int PARTITIONS = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /// An agent that has just come looks around; after that it asks once in 10 s: its cost at rest.
    private static final Duration SETTLING = Duration.ofSeconds(15);

    private static final Duration CALMING = Duration.ofSeconds(2);

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--nodes",
            defaultValue = "2000",
            converter = Count.class,
            description = "Nodes reclaimed (default ${DEFAULT-VALUE}).")
    private int nodes;

    @Option(
            names = "--workloads",
            defaultValue = "22",
            converter = Count.class,
            description = "On each node (default ${DEFAULT-VALUE}).")
    private int workloads;

    @Option(
            names = "--over",
            paramLabel = "SECONDS",
            defaultValue = "60",
            converter = Count.class,
            description = "How long the spread notices take to come (default ${DEFAULT-VALUE}).")
    private int over;

    enum Pattern {
        SPREAD,
        AT_ONCE
    }

    @Option(
            names = "--pattern",
            split = ",",
            defaultValue = "spread,at-once",
            description = "Which of the two, or both: spread, at-once (default ${DEFAULT-VALUE}).",
            converter = PatternName.class)
    private List<Pattern> patterns = List.of();

    @Option(
            names = "--heartbeat",
            paramLabel = "SECONDS",
            defaultValue = "5",
            converter = Count.class,
            description = "Between two heartbeats of each node meanwhile (default ${DEFAULT-VALUE}).")
    private int heartbeat;

    @Option(
            names = "--agents",
            defaultValue = "20",
            converter = Count.class,
            description = "Nodes whose agent is there, too, and says every second that it lives, to see what one costs"
                    + " the broker (default ${DEFAULT-VALUE}).")
    private int agents;

    @Option(
            names = "--idle",
            paramLabel = "SECONDS",
            defaultValue = "10",
            converter = Count.class,
            description = "How long the broker is watched at rest, with and without them (default ${DEFAULT-VALUE}).")
    private int idle;

    @Mixin
    private final Asked asked = new Asked();

    @Override
    public Integer call() throws InterruptedException {
        return Asked.inFolder("storm", spec.commandLine().getErr(), this::run);
    }

    private int run(Path folder, Path home) throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        var figures = new LinkedHashMap<String, Object>();
        var aims = new LinkedHashMap<String, Boolean>();
        for (Pattern pattern : patterns) {
            boolean spread = pattern == Pattern.SPREAD;
            Duration time = spread ? Duration.ofSeconds(over) : Duration.ZERO;
            var plan = new Storm.Plan(nodes, workloads, time, Duration.ofSeconds(heartbeat));
            Path own = Files.createDirectory(folder.resolve(PatternName.of(pattern)));
            try (var cluster = Cluster.start(home, own, PARTITIONS);
                    var storm = new Storm(Brokers.plain(cluster.bootstrap()), new Topics(PARTITIONS), plan);
                    var gale = new Gale(cluster, storm, plan)) {
                gale.begin();
                gale.settle();
                if (spread) {
                    RestFigures rest = rest(gale);
                    rest.print(out);
                    figures.put("rest", rest.json());
                }
                StormFigures storms = gale.blow(PATIENCE);
                storms.print(out);
                figures.put(spread ? "spread" : "atOnce", storms.json());
                storms.aims().forEach((aim, met) -> aims.put(PatternName.of(pattern) + ": " + aim, met));
            }
        }
        figures.put("aims", aims);
        return asked.conclude(out, figures, aims);
    }

    /// Only the agents speak meanwhile: what one of them costs is too little to be seen beside thousands.
    private RestFigures rest(Gale gale) throws IOException {
        gale.hush();
        var _ = gale.rest(CALMING);
        BrokerLoad alone = gale.rest(Duration.ofSeconds(idle));
        gale.open(agents);
        var _ = gale.rest(SETTLING);
        BrokerLoad attended = gale.rest(Duration.ofSeconds(idle));
        gale.begin();
        var _ = gale.rest(Duration.ofSeconds(heartbeat));
        return new RestFigures(alone, attended, agents);
    }

    /// `AT_ONCE` is `at-once`.
    private static final class PatternName implements ITypeConverter<Pattern> {
        @Override
        public Pattern convert(String value) {
            return Stream.of(Pattern.values())
                    .filter(pattern -> of(pattern).equals(value))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("spread or at-once, not " + value));
        }

        static String of(Pattern pattern) {
            return pattern.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
