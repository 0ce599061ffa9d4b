package dev.lifeboat.edge.launch.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.agent.Ahead;
import dev.lifeboat.agent.Budget;
import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.edge.criu.CriuCheckpointer;
import dev.lifeboat.edge.launch.CriuOnLinux;
import dev.lifeboat.edge.launch.ProcessGauge;
import dev.lifeboat.edge.linux.ProcessMemory;
import dev.lifeboat.edge.objectstore.StoredCheckpoints;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `lifeboat bench incremental`.
@Command(
        name = "incremental",
        mixinStandardHelpOptions = true,
        description = {
            "Saves one running process again and again: whole, after a background round, and as CRIU does it alone.",
            "",
            "The victim changes a small share of its memory between the round and the save. All contenders save the same"
                    + " victim in turn, in alternating order, against one S3 server here. CRIU's own pre-dumps, and ours,"
                    + " run too where the kernel tracks writes (soft-dirty); the table says whether this one does."
        },
        footer = {"", "Exit codes: 0 done, 1 could not run, 3 an aim was missed (with --check)."})
public final class IncrementalBench implements Callable<Integer> {
    private static final int EXIT_MISSED = 3;

    /// Half a percent a second: the wait for the share takes seconds, and little more changes during the save itself.
    private static final String CHURN = "0.005";

    /// The bench does not wait for a budget: what it costs is shown instead.
    private static final Budget UNBOUNDED = new Budget(100, ByteRate.ofMegabytes(1e6));

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private VictimOptions victims = new VictimOptions();

    @Option(
            names = "--changed",
            defaultValue = "4",
            description =
                    "Percent of the memory that changes between round and save, at least (default ${DEFAULT-VALUE}).")
    private double changed;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write the figures here: docs/reference/bench-incremental.md.")
    private @Nullable Path json;

    @Option(names = "--check", description = "Exit 3 and name the aim when one is missed.")
    private boolean check;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        return Asked.inFolders("incremental", err, (folder, tmpfs) -> run(folder, tmpfs, out, err));
    }

    private int run(Path folder, Path tmpfs, PrintWriter out, PrintWriter err)
            throws IOException, InterruptedException {
        Path scripts = Path.of(System.getProperty("launcher.home", "."), ".ci");
        Path binary = victims.criu(scripts);
        ByteCount memory = victims.memory().plus(ByteCount.ofMebi(256));
        var settings = new StoredCheckpoints.Settings(
                Codec.ZSTD, memory, Runtime.getRuntime().availableProcessors());
        try (var s3 = LocalS3.start(scripts, folder.resolve("s3"));
                var client = PipeBench.client(s3);
                var victim =
                        BenchVictim.start(Files.createDirectories(folder.resolve("victim")), victims.size(), CHURN);
                var store = new StoredCheckpoints(s3.location(), PipeBench.key(folder), settings);
                var chain = store.chain(new NodeName("bench"))) {
            var ours = new CriuCheckpointer(binary, new CriuOnLinux(), Files.createDirectories(folder.resolve("criu")));
            var ahead = new Ahead(new ProcessMemory(), UNBOUNDED, new ProcessGauge(), Integer.MAX_VALUE);
            var ground = new LifeboatPipe.Ground(id -> store.draft(id, chain), null);
            var saved =
                    new SavedAhead(ahead, chain, changed / 100, new LifeboatPipe(ours, store, memory, tmpfs, ground));
            var rival = new DumpThenUpload(new Criu(binary), tmpfs.resolve("dump"), client, LocalS3.BUCKET);
            boolean tracksMemory = ours.features().tracksMemory();
            var contenders = new ArrayList<Contender>(List.of(
                    saved,
                    new Renamed("lifeboat", "lifeboat, whole", new LifeboatPipe(ours, store, memory, tmpfs)),
                    new Renamed("criu-tmpfs-upload", "criu dump to tmpfs, then upload", rival)));
            if (tracksMemory) {
                contenders.add(new SavedOnPreDump(ours, store, memory, tmpfs, changed / 100));
                contenders.add(new PreDumpThenUpload(rival, changed / 100));
            }
            Map<String, List<Measured>> runs = alternate(contenders, victim, err);
            var facts = new IncrementalTable.Facts(
                    chain.memory(), tracksMemory ? "yes" : "no", WatchCost.share(victim, ahead.memory()));
            return report(new IncrementalTable(contenders, runs, saved.rounds(), facts), out);
        }
    }

    /// One uncounted round first, in which the chain gets everything.
    private Map<String, List<Measured>> alternate(List<Contender> contenders, BenchVictim victim, PrintWriter err)
            throws IOException, InterruptedException {
        var runs = new LinkedHashMap<String, List<Measured>>();
        for (int pair = 0; pair <= victims.pairs(); pair++) {
            List<Contender> order = pair % 2 == 0 ? contenders : contenders.reversed();
            for (Contender contender : order) {
                Measured measured = contender.save(victim);
                victim.proveWhole();
                err.printf(
                        Locale.ROOT,
                        "%s %d/%d %-34s frozen %.3f s, durable %.3f s, uploaded %s%n",
                        pair == 0 ? "warm-up" : "pair",
                        pair,
                        victims.pairs(),
                        contender.title(),
                        Measured.seconds(measured.frozen()),
                        Measured.seconds(measured.durable()),
                        measured.stored());
                err.flush();
                if (pair > 0) {
                    runs.computeIfAbsent(contender.key(), _ -> new ArrayList<>())
                            .add(measured);
                }
            }
        }
        return runs;
    }

    private int report(IncrementalTable table, PrintWriter out) throws IOException {
        table.print(out);
        if (json != null) {
            new JsonMapper().writerWithDefaultPrettyPrinter().writeValue(json.toFile(), table.json(victims.pairs()));
        }
        List<IncrementalTable.Aim> missed = table.missed();
        missed.forEach(aim -> out.println("missed: " + aim.text()));
        out.flush();
        return check && !missed.isEmpty() ? EXIT_MISSED : 0;
    }
}
