package dev.lifeboat.edge.launch;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.edge.kafka.FileSpool;
import dev.lifeboat.edge.launch.bench.Count;
import dev.lifeboat.edge.source.SourceSettings;
import dev.lifeboat.edge.source.ec2.Imds;
import dev.lifeboat.edge.source.ec2.ImdsNotices;
import dev.lifeboat.edge.source.ec2.ImdsPath;
import dev.lifeboat.edge.source.ec2.ImdsSource;
import dev.lifeboat.listener.HoldStep;
import dev.lifeboat.listener.Listener;
import dev.lifeboat.listener.Outcome;
import dev.lifeboat.listener.Tally;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.Rejection;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `lifeboat bench imds`: what watching a node's metadata costs the node. The metadata service runs in a
/// process of its own, so that its cost is not counted.
@Command(
        name = "imds",
        mixinStandardHelpOptions = true,
        description = {
            "Watches a metadata service at the cadences of eviction-listeners/ec2-imds/source.yaml, while nothing is"
                    + " announced, and says what that costs the node: requests a second, and this process's CPU."
        },
        footer = {"", "Exit codes: 0 done, 1 could not run, 3 an aim was missed (with --check)."})
final class ImdsBench implements Callable<Integer> {
    /// A metadata service throttles a network interface at 1,024 packets a second; a request takes about
    /// two.
    private static final double MOST_REQUESTS = 10;

    /// Of one core. A node agent that is seen in a node's CPU graph is one that people turn off.
    private static final double MOST_CPU = 0.01;

    private static final Duration UP_WITHIN = Duration.ofSeconds(60);
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);
    private static final int EXIT_CANNOT_RUN = 1;
    private static final int EXIT_MISSED = 3;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--seconds",
            defaultValue = "60",
            converter = Count.class,
            description = "Measured time (default ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "Before that, uncounted: a listener runs for weeks (default ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures here.")
    private @Nullable Path json;

    @Option(names = "--check", description = "Exit 3 and name the aim when one is missed.")
    private boolean check;

    /// @param cpu of one core, 1 is all of it
    private record Cost(double requests, double cpu, long silent) {}

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        try {
            Path folder = Files.createTempDirectory("lifeboat-bench-imds");
            Process service = service(folder);
            try {
                return report(measure(address(service, folder), folder.resolve("spool")));
            } finally {
                service.destroy();
            }
        } catch (IOException | IllegalArgumentException broken) {
            err.println("lifeboat bench imds: " + broken.getMessage());
            return EXIT_CANNOT_RUN;
        }
    }

    private Cost measure(URI endpoint, Path spool) throws IOException, InterruptedException {
        SourceSettings settings =
                SourceSettings.readAll(home().resolve("eviction-listeners")).get(ImdsNotices.SOURCE);
        if (settings == null) {
            throw new IOException("no " + ImdsNotices.SOURCE + " in " + home().resolve("eviction-listeners"));
        }
        var tally = new Looks();
        var listener = new Listener(_ -> {}, _ -> {}, new FileSpool(spool, 1), tally, InstantSource.system());
        try (var imds = new Imds(endpoint, InstantSource.system());
                var loops = new Loops()) {
            for (ImdsPath path : ImdsPath.values()) {
                var source = new ImdsSource(
                        imds, path, new NodeName("bench"), settings.trust(), listener, tally, InstantSource.system());
                loops.every(path.cadence(settings.cadence()), path.name(), source::look);
            }
            TimeUnit.SECONDS.sleep(warmUp);
            long looks = tally.heard.get();
            long silent = tally.silent.get();
            Duration used = used();
            long began = System.nanoTime();
            TimeUnit.SECONDS.sleep(seconds);
            double wall = (System.nanoTime() - began) / 1e9;
            double cpu = used().minus(used).toNanos() / 1e9;
            return new Cost((tally.heard.get() - looks) / wall, cpu / wall, tally.silent.get() - silent);
        }
    }

    private int report(Cost cost) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, "requests  %6.2f /s     (aim: at most %.0f)%n", cost.requests, MOST_REQUESTS);
        out.printf(
                Locale.ROOT,
                "cpu       %6.2f %%      of one core (aim: at most %.0f %%)%n",
                cost.cpu * 100,
                MOST_CPU * 100);
        out.printf(Locale.ROOT, "silent    %6d        looks without an answer%n", cost.silent);
        out.flush();
        if (json != null) {
            var body = JsonMapper.builder().build().createObjectNode();
            body.put("requests_per_second", cost.requests)
                    .put("cpu_of_one_core", cost.cpu)
                    .put("unanswered", cost.silent)
                    .put("seconds", seconds);
            Files.writeString(json, body.toPrettyString() + "\n");
        }
        boolean missed = cost.requests > MOST_REQUESTS || cost.cpu > MOST_CPU || cost.silent > 0;
        if (check && missed) {
            spec.commandLine().getErr().println("lifeboat bench imds: an aim was missed (above)");
            return EXIT_MISSED;
        }
        return 0;
    }

    private static Duration used() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
    }

    private static Process service(Path folder) throws IOException {
        Path runner = home().resolve("target/quarkus-app/quarkus-run.jar");
        if (!Files.exists(runner)) {
            throw new IOException("no " + runner + ": start the bench as ./lifeboat bench imds, which builds it");
        }
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(List.of(
                        java,
                        "-XX:+UseSerialGC",
                        "-Xmx64m",
                        "-jar",
                        runner.toString(),
                        "imds",
                        "--ready-file",
                        folder.resolve("ready").toString()))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("service.log").toFile())
                .start();
    }

    /// The ready file's first line is the service's address.
    private static URI address(Process service, Path folder) throws IOException, InterruptedException {
        Path ready = folder.resolve("ready");
        long giveUp = System.nanoTime() + UP_WITHIN.toNanos();
        while (!Files.exists(ready)) {
            if (!service.isAlive() || System.nanoTime() > giveUp) {
                throw new IOException("the metadata service did not start; see " + folder.resolve("service.log"));
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
        }
        return URI.create("http://" + Files.readAllLines(ready).getFirst());
    }

    private static Path home() {
        return Path.of(System.getProperty("launcher.home", "."));
    }

    /// Counts looks.
    private static final class Looks implements Tally {
        private final AtomicLong heard = new AtomicLong();
        private final AtomicLong silent = new AtomicLong();

        @Override
        public void heard(String source, Instant at) {
            heard.incrementAndGet();
        }

        @Override
        public void silent(String source, String why) {
            silent.incrementAndGet();
        }

        @Override
        public void counted(String source, Outcome outcome) {}

        @Override
        public void rejected(String source, Rejection reason) {}

        @Override
        public void lagged(Notice notice, Duration lag) {}

        @Override
        public void held(String source, HoldStep step) {}
    }
}
