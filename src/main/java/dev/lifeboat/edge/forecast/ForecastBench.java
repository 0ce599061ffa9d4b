package dev.lifeboat.edge.forecast;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `lifeboat bench forecast`: is the forecast of a save's duration calibrated, sharp and safe on these processes?
@Command(
        name = "forecast",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Holds the forecast of save durations against recorded memory traces.",
            "",
            "Every trace is played on every bandwidth as a process that is saved again and again. Before each save the"
                    + " estimator and four baselines say how long it will take, with what has been measured so far;"
                    + " then the save is simulated and they learn from it. Saves have 0 to 3 pre-dump rounds, with and"
                    + " without an earlier chain. Scenarios: noise (throughput noise only), step (the uplink falls to"
                    + " 0.3 for a third of the time), phase (the process turns into another one).",
            ""
        },
        footer = {
            "",
            "Exit codes: 0 done; 2 wrong usage or an unusable trace; 3 with --check, an aim was missed.",
            "Example: lifeboat bench forecast --traces recordings/ --json forecast.json --check"
        })
public final class ForecastBench implements Callable<Integer> {
    private static final int AIM_MISSED = 3;
    private static final int MOST_TRACES = 200;
    private static final int MOST_FAULTS = 10;

    /// Saves of one play over all lanes, at least 30 a lane: a folder of any size ends within a minute.
    private static final int SAVES_PER_PLAY = 1920;

    private static final int MOST_SAVES_PER_LANE = 120;
    private static final int LEAST_SAVES_PER_LANE = 30;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--traces",
            required = true,
            paramLabel = "DIR",
            description = "Folder with *.dtp.zst traces (format: docs/reference/bench-forecast.md).")
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            arity = "0..1",
            fallbackValue = "-",
            description = "Also write all figures as JSON; without FILE, or with -, print JSON instead of the table.")
    private @Nullable Path json;

    @Option(names = "--check", description = "Exit with 3 and name the aims when one is missed.")
    private boolean check;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "First seed (default ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Seeds per scenario, 1 to 100 (default ${DEFAULT-VALUE}).")
    private int seeds;

    @Option(
            names = "--bandwidths",
            paramLabel = "MB/s",
            split = ",",
            defaultValue = "40,94,195,400",
            description = "Nominal uplinks in MB/s (default ${DEFAULT-VALUE}).")
    private double[] bandwidths = {};

    @Option(
            names = "--windows",
            paramLabel = "SECONDS",
            split = ",",
            defaultValue = "12,25",
            description = "Time left, for which accepting or rejecting is scored (default ${DEFAULT-VALUE}).")
    private double[] windows = {};

    @Option(
            names = "--noise",
            paramLabel = "SIGMA",
            defaultValue = "0.15",
            description = "Deviation of the throughput's logarithm, 0 to 1 (default ${DEFAULT-VALUE}).")
    private double sigma;

    @Option(
            names = "--correlation",
            paramLabel = "PHI",
            defaultValue = "0.9",
            description = "Correlation of throughput 250 ms apart, 0 to 0.99 (default ${DEFAULT-VALUE}).")
    private double phi;

    @Override
    public Integer call() {
        validate();
        PrintWriter err = spec.commandLine().getErr();
        Verdict verdict;
        try {
            verdict = measure(read(err), err);
            write(verdict);
        } catch (BadTrace | IOException e) {
            err.println("lifeboat bench forecast: " + e.getMessage());
            return spec.exitCodeOnInvalidInput();
        }
        if (json == null || !json.toString().equals("-")) {
            new Report(spec.commandLine().getOut()).print(verdict);
        }
        List<Aim> missed = verdict.aims().stream().filter(aim -> !aim.met()).toList();
        if (!check || missed.isEmpty()) {
            return 0;
        }
        missed.forEach(
                aim -> err.println("aim missed: " + aim.name() + ", wanted " + aim.wanted() + ", got " + aim.value()));
        return AIM_MISSED;
    }

    private void validate() {
        require(seeds >= 1 && seeds <= 100, "--seeds is 1 to 100, not " + seeds);
        require(sigma >= 0 && sigma <= 1, "--noise is 0 to 1, not " + sigma);
        require(phi >= 0 && phi <= 0.99, "--correlation is 0 to 0.99, not " + phi);
        require(
                bandwidths.length <= 8 && Arrays.stream(bandwidths).allMatch(rate -> rate >= 1 && rate <= 1e5),
                "--bandwidths are at most 8 rates from 1 to 100000 MB/s");
        require(
                windows.length <= 16 && Arrays.stream(windows).allMatch(window -> window > 0 && window <= 86_400),
                "--windows are at most 16 times from 0 to 86400 s");
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    private List<Trace> read(PrintWriter err) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new BadTrace(folder, "is no folder; name the one that holds your *.dtp.zst files");
        }
        var files = new ArrayList<Path>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.dtp.zst")) {
            found.forEach(files::add);
        }
        if (files.isEmpty() || files.size() > MOST_TRACES) {
            throw new BadTrace(folder, "holds " + files.size() + " *.dtp.zst files; 1 to " + MOST_TRACES + " are read");
        }
        files.sort(null);
        err.println("reading " + files.size() + " traces");
        err.flush();
        return readAll(files);
    }

    /// Says of every file that cannot be used what is wrong, not of the first alone.
    private List<Trace> readAll(List<Path> files) {
        var traces = new ArrayList<Trace>();
        var faults = new ArrayList<String>();
        for (Path file : files) {
            try {
                traces.add(Trace.read(file));
            } catch (BadTrace e) {
                faults.add(String.valueOf(e.getMessage()));
            }
        }
        if (!faults.isEmpty()) {
            String more = faults.size() > MOST_FAULTS ? "\n  and " + (faults.size() - MOST_FAULTS) + " more" : "";
            String list = String.join("\n  ", faults.stream().limit(MOST_FAULTS).toList());
            throw new BadTrace(
                    folder,
                    faults.size() + " of " + files.size() + " traces cannot be used; mend or remove them:\n  " + list
                            + more);
        }
        return traces;
    }

    private Verdict measure(List<Trace> traces, PrintWriter err) {
        int lanes = traces.size() * bandwidths.length;
        int saves = Math.clamp(SAVES_PER_PLAY / lanes, LEAST_SAVES_PER_LANE, MOST_SAVES_PER_LANE);
        var stages = new Stages(traces, Arrays.stream(bandwidths).boxed().toList(), saves, new Wire.Noise(sigma, phi));
        var sections = new ArrayList<Verdict.Section>();
        var tallies = new ArrayList<Tally>();
        for (Scenario scenario : Scenario.values()) {
            err.println("playing " + scenario.label() + ": " + seeds + " × " + lanes * saves + " saves");
            err.flush();
            List<Tally> played = LongStream.range(seed, seed + seeds)
                    .parallel()
                    .mapToObj(one -> new Play(windows).run(stages.lanes(scenario, one), saves))
                    .toList();
            sections.add(Verdict.section(scenario.label(), played));
            tallies.addAll(played);
        }
        Verdict.Section total = Verdict.section("all", tallies);
        var constant = total.baseline(Baseline.CONSTANT_RATE).raw();
        return new Verdict(
                "lifeboat.dev/bench-forecast/v1",
                setup(traces, saves),
                sections,
                total,
                Verdict.byClass(tallies),
                Aim.of(total.lifeboat(), constant));
    }

    private Verdict.Setup setup(List<Trace> traces, int saves) {
        return new Verdict.Setup(
                traces.stream()
                        .map(trace ->
                                new Verdict.TraceFacts(trace.name(), trace.lengthSeconds(), trace.largestFootprint()))
                        .toList(),
                Arrays.stream(bandwidths).boxed().toList(),
                Arrays.stream(windows).boxed().toList(),
                saves,
                seed,
                seeds,
                sigma,
                phi);
    }

    private void write(Verdict verdict) throws IOException {
        if (json == null) {
            return;
        }
        String text =
                new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(verdict);
        if (json.toString().equals("-")) {
            spec.commandLine().getOut().println(text);
        } else {
            Files.writeString(json, text + "\n");
        }
    }
}
