package dev.lifeboat.edge.launch.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.agent.CheckpointStore.Draft;
import dev.lifeboat.agent.CheckpointStore.Facts;
import dev.lifeboat.agent.Checkpointer;
import dev.lifeboat.agent.Checkpointer.DumpOutcome;
import dev.lifeboat.agent.Checkpointer.Source;
import dev.lifeboat.agent.Checkpointer.Verdict;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.edge.criu.CriuCheckpointer;
import dev.lifeboat.edge.launch.CriuOnLinux;
import dev.lifeboat.edge.objectstore.KeyFile;
import dev.lifeboat.edge.objectstore.StoreLocation;
import dev.lifeboat.edge.objectstore.StoredCheckpoints;
import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `lifeboat bench restore`.
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        description = {
            "Restores one dumped process again and again: from a folder, from an S3 server here, from one behind a link"
                    + " (--link), from the first two lazily (it runs before its pages are there; \"whole\" is when all are), and as CRIU does from images"
                    + " that lie in tmpfs already.",
            "",
            "Before each restore of ours the same bytes are read from the same store and dropped, as many requests at"
                    + " once: the table shows which share of that speed is left with verifying, decrypting, decompressing"
                    + " and writing into the process. Each time the victim checks all of its memory before it is killed again."
        },
        footer = {"", "Exit codes: 0 done, 1 could not run, 3 an aim was missed (with --check)."})
public final class RestoreBench implements Callable<Integer> {
    private static final int EXIT_MISSED = 3;
    private static final Duration LIMIT = Duration.ofMinutes(10);
    static final CheckpointId ID = new CheckpointId("bench-restore");
    private static final double GIBIBYTE = 1L << 30;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private VictimOptions victims = new VictimOptions();

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write the figures here: docs/reference/bench-restore.md.")
    private @Nullable Path json;

    @Option(
            names = "--link",
            paramLabel = "GBIT",
            defaultValue = "2.5",
            converter = Link.Rate.class,
            description = "Gigabits a second of the link to the S3 server that stands behind one (default"
                    + " ${DEFAULT-VALUE}: what a cloud sustains for 8 vCPUs; docs/reference/bench-restore.md).")
    @SuppressWarnings("NullAway.Init") // picocli sets the default
    private Link link;

    @Option(names = "--check", description = "Exit 3 and name the aim when one is missed.")
    private boolean check;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        return Asked.inFolders("restore", err, (folder, tmpfs) -> run(folder, tmpfs, out, err));
    }

    private int run(Path folder, Path tmpfs, PrintWriter out, PrintWriter err)
            throws IOException, InterruptedException {
        Path scripts = Path.of(System.getProperty("launcher.home", "."), ".ci");
        Path binary = victims.criu(scripts);
        var settings = new StoredCheckpoints.Settings(
                Codec.ZSTD, ByteCount.ofMebi(256), Runtime.getRuntime().availableProcessors());
        KeyFile key = PipeBench.key(folder);
        try (var s3 = LocalS3.start(scripts, folder.resolve("s3"));
                var remote = new StoredCheckpoints(s3.location(), key, settings);
                var farS3 = behindLink(s3, folder.resolve("s3-link"), err);
                var far = farS3 == null ? null : new StoredCheckpoints(farS3.location(), key, settings);
                var local = new StoredCheckpoints(new StoreLocation.Folder(folder.resolve("store")), key, settings);
                var victim = BenchVictim.start(Files.createDirectories(folder.resolve("victim")), victims.size())) {
            var ours = new CriuCheckpointer(binary, new CriuOnLinux(), Files.createDirectories(folder.resolve("criu")));
            var fromFolder = save(ours, local, victim, tmpfs);
            var fromS3 = save(ours, remote, victim, tmpfs);
            var rival = new Criu(binary);
            Path images = Files.createDirectories(tmpfs.resolve("rival"));
            rival.dumpAndKill(victim.pid(), images);
            var fromImages = new RestoredVictim(victim.pid(), victim.ticks(), Files.readString(victim.ticks()));
            var contenders = new ArrayList<Return>(List.of(
                    new ReturnByLifeboat("lifeboat-folder", "lifeboat, from a folder", ours, local, tmpfs, fromFolder),
                    new ReturnByLifeboat("lifeboat-s3", "lifeboat, from an S3 server", ours, remote, tmpfs, fromS3),
                    new ReturnByCriu(rival, images, fromImages),
                    new ReturnLazily(
                            "lifeboat-lazy", "lifeboat, from a folder, lazily", ours, local, tmpfs, fromFolder),
                    new ReturnLazily(
                            "lifeboat-s3-lazy", "lifeboat, from an S3 server, lazily", ours, remote, tmpfs, fromS3)));
            if (far != null) {
                String title = "lifeboat, S3 behind " + link.gigabits() + " Gbit/s";
                contenders.add(2, new ReturnByLifeboat(RestoreTable.LINKED, title, ours, far, tmpfs, fromS3));
            }
            try {
                var runs = alternate(contenders, err);
                return report(
                        new RestoreTable(contenders, runs, victims.memory().bytes() / GIBIBYTE), out);
            } finally {
                fromImages.kill();
            }
        }
    }

    /// @return null where there can be none
    private @Nullable LocalS3 behindLink(LocalS3 s3, Path folder, PrintWriter err) throws InterruptedException {
        try {
            return s3.behind(link, folder);
        } catch (IOException refused) {
            err.println("no row behind a link, which needs root, ip and tc (apt-get install iproute2): "
                    + refused.getMessage());
            err.flush();
            return null;
        }
    }

    /// Leaves it running, and says what it had said.
    private static RestoredVictim save(
            Checkpointer checkpointer, StoredCheckpoints store, BenchVictim victim, Path tmpfs)
            throws IOException, InterruptedException {
        Path metadata = Criu.fresh(tmpfs.resolve("metadata"));
        var said = new StringBuilder();
        try (Draft draft = store.draft(ID)) {
            DumpOutcome outcome = checkpointer.dump(new Source(victim.pid(), metadata, LIMIT), draft.pages(), () -> {
                for (Path file : files(metadata)) {
                    draft.file("criu/" + file.getFileName(), file);
                }
                draft.commit(new Facts("bench/victim", "bench", "criu", "", "", victim.pid()));
                said.append(text(victim.ticks()));
                return Verdict.THAW;
            });
            if (!(outcome instanceof DumpOutcome.Thawed)) {
                throw new IOException("the dump did not end as asked: " + outcome);
            }
            // CRIU has been seen to die on a tree that it had let go a moment before.
            victim.proveWhole();
            return new RestoredVictim(victim.pid(), victim.ticks(), said.toString());
        } finally {
            FileUtils.deleteDirectory(metadata.toFile());
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// One uncounted round first: the JIT and the page cache are then as warm for one as for another.
    private Map<String, List<Return.Took>> alternate(List<Return> contenders, PrintWriter err)
            throws IOException, InterruptedException {
        var runs = new LinkedHashMap<String, List<Return.Took>>();
        for (int pair = 0; pair <= victims.pairs(); pair++) {
            List<Return> order = pair % 2 == 0 ? contenders : contenders.reversed();
            for (Return contender : order) {
                contender.victim().kill();
                contender.victim().rewind();
                // Nobody pays for the garbage of the one before.
                System.gc();
                Return.Took took = contender.run();
                contender.victim().proveWhole();
                say(contender, pair, took, err);
                if (pair > 0) {
                    runs.computeIfAbsent(contender.key(), _ -> new ArrayList<>())
                            .add(took);
                }
            }
        }
        return runs;
    }

    private void say(Return contender, int pair, Return.Took took, PrintWriter err) {
        err.printf(
                Locale.ROOT,
                "%s %d/%d %-34s images %.3f s, criu %.3f s, running after %.3f s%n",
                pair == 0 ? "warm-up" : "pair",
                pair,
                victims.pairs(),
                contender.title(),
                Measured.seconds(took.images()),
                Measured.seconds(took.criu()),
                Measured.seconds(took.running()));
        err.flush();
    }

    private int report(RestoreTable table, PrintWriter out) throws IOException {
        table.print(out);
        if (json != null) {
            new JsonMapper().writerWithDefaultPrettyPrinter().writeValue(json.toFile(), table.json(victims.pairs()));
        }
        List<RestoreTable.Aim> missed = table.missed();
        missed.forEach(aim -> out.println("missed: " + aim.text()));
        out.flush();
        return check && !missed.isEmpty() ? EXIT_MISSED : 0;
    }
}
