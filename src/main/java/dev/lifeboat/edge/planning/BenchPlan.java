package dev.lifeboat.edge.planning;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.lifeboat.plan.EvacuationPlan;
import dev.lifeboat.plan.LinkJob;
import dev.lifeboat.plan.Selection;
import dev.lifeboat.plan.Situation;
import dev.lifeboat.quantity.ByteRate;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `lifeboat bench plan`: is the planner as good as it could be, and quick enough to be asked four times a
/// second?
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = {
            "Compares the planner with simpler rules and with the optimum, and times it.",
            "",
            "Synthetic doomed nodes (seeded): log-normal footprints around 500 MB, priorities 1 to 1,000, three"
                    + " different reserves. Each row is the mean share of the optimal value that a rule saves; the"
                    + " optimum comes from an exact table over milliseconds that shares no code with the planner.",
            "Aims: 0.995 of the optimum on every node size, and a plan for 110 workloads within 5 ms (median)."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "2:wrong usage", "3:with --check, an aim was missed; it is named"})
public final class BenchPlan implements Callable<Integer> {
    private static final int AIM_MISSED = 3;
    private static final double SHARE_AIM = 0.995;
    private static final double MILLIS_AIM = 5;
    private static final int MOST_CASES = 10_000;
    private static final int TIMED_WORKLOADS = 110;

    @Option(
            names = "--cases",
            defaultValue = "60",
            paramLabel = "N",
            description = "seeded nodes per row (default: ${DEFAULT-VALUE})")
    private int cases = 60;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            arity = "0..1",
            fallbackValue = "-",
            description = "write the figures there too; without FILE, or with -, print JSON instead of text")
    private @Nullable Path json;

    @Option(names = "--check", description = "exit with 3 when an aim is missed")
    private boolean check;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /// Shares of the optimum, mean over the cases; `worst` is the planner's worst.
    record Quality(
            int workloads,
            double megabytesPerSecond,
            long windowSeconds,
            double parallel,
            double edf,
            double mooreHodgson,
            double density,
            double planner,
            double worst) {}

    /// @param p50Millis median time to draw a whole plan, explanations and placement included
    record Speed(int workloads, double p50Millis, double p99Millis) {}

    record Figures(int cases, List<Quality> quality, List<Speed> speed, List<String> missed) {}

    @Override
    public Integer call() throws IOException {
        if (cases < 1 || cases > MOST_CASES) {
            throw new ParameterException(spec.commandLine(), "--cases is 1 to " + MOST_CASES + ", not " + cases);
        }
        List<Quality> quality = List.of(
                quality(node(10, 94, 35)),
                quality(node(12, 30, 35)),
                quality(node(40, 94, 35)),
                quality(node(110, 94, 120)));
        List<Speed> speed = List.of(speed(10), speed(TIMED_WORKLOADS), speed(1000));
        var figures = new Figures(cases, quality, speed, missed(quality, speed));
        if (json == null || !json.toString().equals("-")) {
            print(figures);
        }
        if (json != null) {
            write(
                    json,
                    new ObjectMapper()
                            .enable(SerializationFeature.INDENT_OUTPUT)
                            .writeValueAsString(figures));
        }
        return check && !figures.missed().isEmpty() ? AIM_MISSED : 0;
    }

    private void write(Path file, String text) throws IOException {
        if (file.toString().equals("-")) {
            spec.commandLine().getOut().println(text);
            spec.commandLine().getOut().flush();
        } else {
            Files.writeString(file, text + "\n");
        }
    }

    private static SyntheticNode node(int workloads, double megabytesPerSecond, long windowSeconds) {
        return new SyntheticNode(
                workloads, ByteRate.ofMegabytes(megabytesPerSecond), Duration.ofSeconds(windowSeconds));
    }

    private Quality quality(SyntheticNode node) {
        List<ToDoubleFunction<List<LinkJob>>> rules = List.of(
                Rivals::parallel,
                Rivals::earliestFirst,
                Rivals::mooreHodgson,
                jobs -> Selection.densest(jobs).value(jobs),
                jobs -> Selection.best(jobs).value(jobs));
        double[] sums = new double[rules.size()];
        double worst = 1;
        for (int seed = 0; seed < cases; seed++) {
            List<LinkJob> jobs = node.jobs(seed);
            double optimum = Rivals.optimum(jobs);
            for (int i = 0; i < sums.length; i++) {
                sums[i] += rules.get(i).applyAsDouble(jobs) / optimum / cases;
            }
            worst = Math.min(worst, Selection.best(jobs).value(jobs) / optimum);
        }
        return new Quality(
                node.workloads(),
                node.uplink().bytesPerSecond() / 1e6,
                node.window().toSeconds(),
                sums[0],
                sums[1],
                sums[2],
                sums[3],
                sums[4],
                worst);
    }

    private static Speed speed(int workloads) {
        SyntheticNode node = node(workloads, 94, 120);
        int runs = Math.max(20, 20_000 / workloads);
        var situations = new ArrayList<Situation>();
        for (int seed = 0; seed < 20; seed++) {
            situations.add(node.situation(seed));
        }
        int decided = 0;
        double[] millis = new double[runs];
        for (int run = -runs; run < runs; run++) {
            Situation situation = situations.get(Math.floorMod(run, situations.size()));
            long begun = System.nanoTime();
            decided += EvacuationPlan.draw(situation).decisions().size();
            if (run >= 0) {
                millis[run] = (System.nanoTime() - begun) / 1e6;
            }
        }
        if (decided != 2 * runs * workloads) {
            throw new IllegalStateException("a plan lost a workload");
        }
        Arrays.sort(millis);
        return new Speed(workloads, millis[runs / 2], millis[runs * 99 / 100]);
    }

    private static List<String> missed(List<Quality> quality, List<Speed> speed) {
        var missed = new ArrayList<String>();
        for (Quality row : quality) {
            if (row.planner() < SHARE_AIM) {
                missed.add(String.format(
                        "%d workloads: %.4f of the optimum, aim %.3f", row.workloads(), row.planner(), SHARE_AIM));
            }
            if (row.planner() > 1 + 1e-9) {
                missed.add(row.workloads() + " workloads: more than the optimum, so one of the two is wrong");
            }
        }
        for (Speed row : speed) {
            if (row.workloads() == TIMED_WORKLOADS && row.p50Millis() > MILLIS_AIM) {
                missed.add(String.format(
                        "a plan for %d workloads takes %.2f ms, aim %.0f ms",
                        row.workloads(), row.p50Millis(), MILLIS_AIM));
            }
        }
        return missed;
    }

    private void print(Figures figures) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf("Value saved as a share of the optimum, mean of %d seeded nodes%n", cases);
        out.println("WORKLOADS  UPLINK    WINDOW  PARALLEL    EDF  MOORE-HODGSON  DENSITY  PLANNER  (WORST)");
        for (Quality row : figures.quality()) {
            out.printf(
                    "%9d  %3.0f MB/s  %5ds  %8.3f  %5.3f  %13.3f  %7.4f  %7.4f  %7.4f%n",
                    row.workloads(),
                    row.megabytesPerSecond(),
                    row.windowSeconds(),
                    row.parallel(),
                    row.edf(),
                    row.mooreHodgson(),
                    row.density(),
                    row.planner(),
                    row.worst());
        }
        out.println();
        out.println("Time to draw a plan with 50 survivors to choose from");
        out.println("WORKLOADS      P50      P99");
        for (Speed row : figures.speed()) {
            out.printf("%9d  %5.2f ms  %5.2f ms%n", row.workloads(), row.p50Millis(), row.p99Millis());
        }
        figures.missed().forEach(aim -> out.println("MISSED  " + aim));
        out.flush();
    }
}
