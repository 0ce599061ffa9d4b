package dev.lifeboat.edge.launch.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.edge.criu.CriuCheckpointer;
import dev.lifeboat.edge.launch.CriuOnLinux;
import dev.lifeboat.edge.launch.bench.PipeAim.Row;
import dev.lifeboat.edge.objectstore.KeyFile;
import dev.lifeboat.edge.objectstore.StoredCheckpoints;
import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
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
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// `lifeboat bench pipe`.
@Command(
        name = "pipe",
        mixinStandardHelpOptions = true,
        description = {
            "Saves one running process again and again: as Lifeboat does, and as CRIU does it alone.",
            "",
            "All contenders save the same victim in turn, in alternating order, on this machine and against one"
                    + " S3 server here; the table shows medians, and ratios to each rival."
        },
        footer = {"", "Exit codes: 0 done, 1 could not run, 3 an aim was missed (with --check)."})
public final class PipeBench implements Callable<Integer> {
    private static final int EXIT_MISSED = 3;
    private static final int KEY_BYTES = 32;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private VictimOptions victims = new VictimOptions();

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write the figures here: docs/reference/bench-pipe.md.")
    private @Nullable Path json;

    @Option(names = "--check", description = "Exit 3 and name the aim when one is missed.")
    private boolean check;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        return Asked.inFolders("pipe", err, (folder, tmpfs) -> run(folder, tmpfs, out, err));
    }

    private int run(Path folder, Path tmpfs, PrintWriter out, PrintWriter err)
            throws IOException, InterruptedException {
        Path scripts = Path.of(System.getProperty("launcher.home", "."), ".ci");
        Path binary = victims.criu(scripts);
        try (var s3 = LocalS3.start(scripts, folder.resolve("s3"));
                var client = client(s3);
                var victim = BenchVictim.start(Files.createDirectories(folder.resolve("victim")), victims.size())) {
            var ours = new CriuCheckpointer(binary, new CriuOnLinux(), Files.createDirectories(folder.resolve("criu")));
            ByteCount memory = victims.memory().plus(ByteCount.ofMebi(256));
            var store = new StoredCheckpoints(
                    s3.location(),
                    key(folder),
                    new StoredCheckpoints.Settings(
                            Codec.ZSTD, memory, Runtime.getRuntime().availableProcessors()));
            var plain = new Criu(binary);
            var pipe = new LifeboatPipe(ours, store, memory, tmpfs);
            List<Contender> contenders = List.of(
                    pipe,
                    new DumpToTmpfs(plain, tmpfs),
                    new DumpThenUpload(plain, folder.resolve("disk"), client, LocalS3.BUCKET),
                    new PageServerToDisk(plain, folder.resolve("disk")));
            Map<String, List<Measured>> runs = alternate(contenders, victim, err);
            double codec = CodecCost.perGigabyte(victim.pid());
            var parts = Spent.medians(pipe.spent().subList(1, pipe.spent().size()));
            return report(rows(contenders, runs), codec, parts, out);
        }
    }

    /// One uncounted round first: the JIT, the page cache and tmpfs's pages are then as warm for one as for another.
    private Map<String, List<Measured>> alternate(List<Contender> contenders, BenchVictim victim, PrintWriter err)
            throws IOException, InterruptedException {
        var runs = new LinkedHashMap<String, List<Measured>>();
        contenders.forEach(contender -> runs.put(contender.key(), new ArrayList<>()));
        for (int pair = 0; pair <= victims.pairs(); pair++) {
            List<Contender> order = pair % 2 == 0 ? contenders : contenders.reversed();
            for (Contender contender : order) {
                // Nobody pays for the garbage of the one before.
                System.gc();
                Measured measured = contender.save(victim);
                victim.proveWhole();
                err.printf(
                        Locale.ROOT,
                        "%s %d/%d %-36s frozen %.3f s, done %.3f s%n",
                        pair == 0 ? "warm-up" : "pair",
                        pair,
                        victims.pairs(),
                        contender.title(),
                        Measured.seconds(measured.frozen()),
                        Measured.seconds(measured.durable()));
                err.flush();
                if (pair > 0) {
                    runs.computeIfAbsent(contender.key(), _ -> new ArrayList<>())
                            .add(measured);
                }
            }
        }
        return runs;
    }

    private static Map<String, Row> rows(List<Contender> contenders, Map<String, List<Measured>> runs) {
        var rows = new LinkedHashMap<String, Row>();
        contenders.forEach(contender ->
                rows.put(contender.key(), Row.of(contender, runs.getOrDefault(contender.key(), List.of()))));
        return rows;
    }

    private int report(Map<String, Row> rows, double codec, Map<Spent.Part, Double> parts, PrintWriter out)
            throws IOException {
        var aims = new LinkedHashMap<PipeAim, Double>();
        for (PipeAim aim : PipeAim.values()) {
            aims.put(aim, aim.value(rows, codec));
        }
        PipeTable.print(rows, aims, codec, parts, out);
        if (json != null) {
            new JsonMapper()
                    .writerWithDefaultPrettyPrinter()
                    .writeValue(json.toFile(), PipeTable.json(rows, aims, codec, parts, victims.pairs()));
        }
        var missed = aims.entrySet().stream()
                .filter(aim -> !aim.getKey().met(aim.getValue()))
                .toList();
        missed.forEach(aim -> out.println("missed: " + aim.getKey().text()));
        out.flush();
        return check && !missed.isEmpty() ? EXIT_MISSED : 0;
    }

    static KeyFile key(Path folder) throws IOException {
        byte[] bytes = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(bytes);
        Path file = folder.resolve("key");
        Files.writeString(file, HexFormat.of().formatHex(bytes), StandardCharsets.US_ASCII);
        return KeyFile.read(file);
    }

    static S3Client client(LocalS3 s3) {
        return S3Client.builder()
                .endpointOverride(s3.endpoint())
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                // Not all servers know the newer checksums; without them the rival is the faster.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(LocalS3.ACCESS_KEY, LocalS3.SECRET_KEY)))
                .build();
    }
}
