package dev.lifeboat.edge.replay;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.lifeboat.policy.Policies;
import dev.lifeboat.policy.Policy;
import dev.lifeboat.policy.PreDump;
import dev.lifeboat.policy.Subject;
import dev.lifeboat.workload.WorkloadId;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `lifeboat replay`: a recorded interruption trace against a policy.
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = {
            "Plays a recorded interruption trace against your policies, with the production estimator and planner.",
            "",
            "Traces: `ms,add|remove,node` (EC2) or `date, time, instances` (GCP capacity), as uclasystem/bamboo"
                    + " publishes them. A trace tells when machines come and go; what ran on them is assumed by the"
                    + " options below and the same for every strategy. Lost work counts work that is done again and"
                    + " time that a workload stands still to be checkpointed or restored; waiting for a new machine is"
                    + " the same for all and not counted.",
            "Strategies: lifeboat; restart from scratch; full periodic checkpoints at Young and Daly's interval; the"
                    + " same at the interval that sends as many bytes as lifeboat; and a clairvoyant that knows every"
                    + " transfer's throughput in advance.",
            "Example: lifeboat replay --trace p3-trace.csv --policies policies --plot fleet.svg",
            "",
            "Aims: lost work at most 1/20 of restart, and at most 1/5 of periodic checkpoints at equal bytes."
        },
        exitCodeOnInvalidInput = 1,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:the trace, a policy or an option cannot be used; the message says where",
            "3:with --check, an aim was missed; it is named"
        })
public final class Replay implements Callable<Integer> {
    private static final int UNUSABLE = 1;
    private static final int AIM_MISSED = 3;
    private static final double RESTART_AIM = 1.0 / 20;
    /// Above a NIC's baseline, traffic drains the burst credits that the emergency needs.
    private static final double BACKGROUND_SHARE = 0.3;

    private static final double PERIODIC_AIM = 1.0 / 5;

    private final Function<Path, Policies> folder;

    @Option(names = "--trace", required = true, paramLabel = "FILE", description = "interruption trace")
    private @Nullable Path trace;

    @Option(names = "--policies", required = true, paramLabel = "DIR", description = "policies, a folder or a file")
    private @Nullable Path policies;

    @Option(
            names = "--as",
            paramLabel = "NAMESPACE/KIND/NAME[/CONTAINER]",
            defaultValue = "shop/StatefulSet/cart-redis/redis",
            description = "what the workloads look like to policies (default: ${DEFAULT-VALUE})")
    private String as = "";

    @Mixin
    private Assumptions assumptions = new Assumptions();

    @Option(
            names = "--json",
            paramLabel = "FILE",
            arity = "0..1",
            fallbackValue = "-",
            description = "write the figures there too; without FILE, or with -, print JSON instead of text")
    private @Nullable Path json;

    @Option(names = "--plot", paramLabel = "FILE.svg", description = "draw the fleet and the losses through time")
    private @Nullable Path plot;

    @Option(names = "--check", description = "exit with 3 when an aim is missed")
    private boolean check;

    @Spec
    private @Nullable CommandSpec spec;

    /// @param folder reads policies; throws with a message for people when they cannot be used
    public Replay(Function<Path, Policies> folder) {
        this.folder = folder;
    }

    /// @param lostHours of work, all workloads together
    /// @param gigabytes on the wire, 10^9
    record Row(String strategy, int windowsMet, int windowsMissed, double lostHours, double gigabytes) {}

    /// @param windowSeconds of each notice
    /// @param backgroundMegabytesPerSecond that pre-dumps before any notice take of each machine's uplink
    /// @param skippedLines of a capacity trace whose clock ran backwards
    record Figures(
            String trace,
            long windowSeconds,
            double backgroundMegabytesPerSecond,
            int reclaims,
            int skippedLines,
            List<Row> rows,
            double ofRestart,
            double ofPeriodic,
            List<String> missed) {}

    @Override
    public Integer call() throws IOException {
        if (trace == null || policies == null || spec == null) {
            throw new IllegalStateException("picocli sets what is required");
        }
        if (plot != null && !plot.toString().endsWith(".svg")) {
            spec.commandLine().getErr().println("lifeboat replay: --plot draws SVG; name a file that ends in .svg");
            return UNUSABLE;
        }
        try {
            return play(
                    Trace.read(trace),
                    folder.apply(policies),
                    spec.commandLine().getOut());
        } catch (Unreadable e) {
            spec.commandLine().getErr().println("lifeboat replay: " + e.getMessage());
            return UNUSABLE;
        }
    }

    private int play(Trace played, Policies all, PrintWriter out) throws IOException {
        Model model = assumptions.model(played);
        Subject like = subject();
        double every = everySeconds(all, like);
        List<Ledger> ledgers = ledgers(played, all, model, like, every);
        double background =
                Double.isInfinite(every) ? 0 : model.perNode() * model.ratio() * model.dirty(every) / every / 1e6;
        Figures figures = figures(played, ledgers, background, model);
        boolean onlyJson = json != null && json.toString().equals("-");
        if (!onlyJson) {
            print(out, figures, model);
        }
        if (json != null) {
            String text = new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .writeValueAsString(figures);
            write(onlyJson ? null : json, text, out);
        }
        if (plot != null) {
            Files.writeString(
                    plot,
                    new Plot(played, ledgers)
                            .draw(figures.trace() + ": " + figures.reclaims() + " workloads on reclaimed machines"));
        }
        return check && !figures.missed().isEmpty() ? AIM_MISSED : 0;
    }

    private static void write(@Nullable Path file, String text, PrintWriter out) throws IOException {
        if (file == null) {
            out.println(text);
            out.flush();
        } else {
            Files.writeString(file, text + "\n");
        }
    }

    private double everySeconds(Policies all, Subject like) {
        Policy policy = all.of(like)
                .orElseThrow(() -> new Unreadable(
                        "--as: no policy in " + policies + " covers " + as + "; name a workload that one does"))
                .policy();
        PreDump preDump = policy.spec().preDump();
        return preDump == null ? Double.POSITIVE_INFINITY : preDump.every().toSeconds();
    }

    private List<Ledger> ledgers(Trace played, Policies all, Model model, Subject like, double every) {
        List<List<Stay>> losses = Stay.of(played, model.perNode());
        var ledgers = new ArrayList<>(new Evacuations(model, like, all, every).play(losses));
        var rivals = new Rivals(model, losses);
        double youngDaly = rivals.youngDaly();
        double equal = rivals.intervalFor(ledgers.getFirst().bytes());
        ledgers.add(rivals.restart());
        ledgers.add(rivals.periodic("Young-Daly every " + Math.round(youngDaly) + " s", youngDaly));
        ledgers.add(rivals.periodic("same bytes, every " + Math.round(equal) + " s", equal));
        return ledgers;
    }

    private String traceName() {
        @Nullable Path name = trace == null ? null : trace.getFileName();
        return name == null ? "" : name.toString();
    }

    private Subject subject() {
        String[] parts = as.split("/", -1);
        if (parts.length < 3 || parts.length > 4) {
            throw new Unreadable("--as: \"" + as + "\" is not NAMESPACE/KIND/NAME[/CONTAINER]");
        }
        try {
            return new Subject(
                    new WorkloadId(parts[0], parts[2]),
                    parts[1],
                    parts[2],
                    Map.of(),
                    Map.of(),
                    parts.length == 4 ? List.of(parts[3]) : List.of());
        } catch (IllegalArgumentException e) {
            throw new Unreadable("--as: " + e.getMessage());
        }
    }

    private Figures figures(Trace played, List<Ledger> ledgers, double background, Model model) {
        List<Row> rows = ledgers.stream()
                .map(ledger -> new Row(
                        ledger.name(),
                        ledger.met(),
                        ledger.missed(),
                        ledger.lostSeconds() / 3600,
                        ledger.bytes() / 1e9))
                .toList();
        double ours = ledgers.getFirst().lostSeconds();
        double ofRestart = ours / Math.max(1, ledgers.get(2).lostSeconds());
        double ofPeriodic = ours / Math.max(1, ledgers.get(4).lostSeconds());
        var missed = new ArrayList<String>();
        if (ofRestart > RESTART_AIM) {
            missed.add(String.format("lost work is %.3f of restart's, aim %.3f", ofRestart, RESTART_AIM));
        }
        if (ofPeriodic > PERIODIC_AIM) {
            missed.add(String.format(
                    "lost work is %.3f of periodic checkpoints' at equal bytes, aim %.3f", ofPeriodic, PERIODIC_AIM));
        }
        int reclaims = ledgers.getFirst().met() + ledgers.getFirst().missed();
        return new Figures(
                traceName(),
                model.window().toSeconds(),
                background,
                reclaims,
                played.skipped(),
                rows,
                ofRestart,
                ofPeriodic,
                missed);
    }

    private static void print(PrintWriter out, Figures figures, Model model) {
        out.printf(
                "%s: %d workloads on reclaimed machines, windows of %d s%s%n",
                figures.trace(),
                figures.reclaims(),
                figures.windowSeconds(),
                figures.skippedLines() == 0 ? "" : "; " + figures.skippedLines() + " lines ran backwards, skipped");
        out.println("STRATEGY                    WINDOWS MET   WORK LOST      SENT");
        for (Row row : figures.rows()) {
            boolean watches = row.windowsMet() > 0 || row.strategy().equals("lifeboat");
            out.printf(
                    "%-26s  %11s  %8.2f h  %5.0f GB%n",
                    row.strategy(),
                    watches ? row.windowsMet() + "/" + (row.windowsMet() + row.windowsMissed()) : "-",
                    row.lostHours(),
                    row.gigabytes());
        }
        out.printf(
                "lost work: 1/%.0f of restart, 1/%.1f of periodic checkpoints at equal bytes%n",
                1 / figures.ofRestart(), 1 / figures.ofPeriodic());
        double uplink = model.uplink().bytesPerSecond() / 1e6;
        out.printf(
                "background pre-dumps take %.1f of each machine's %.0f MB/s%s%n",
                figures.backgroundMegabytesPerSecond(),
                uplink,
                figures.backgroundMegabytesPerSecond() > BACKGROUND_SHARE * uplink
                        ? ": more than the budget of 0.3; a longer preDump.every sends less"
                        : "");
        figures.missed().forEach(aim -> out.println("MISSED  " + aim));
        out.flush();
    }
}
