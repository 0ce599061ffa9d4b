package dev.lifeboat.edge.launch.bench;

import dev.lifeboat.edge.demo.imds.Imds;
import dev.lifeboat.edge.demo.node.Part;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// What watching the metadata service costs a node when nothing happens.
///
/// @param requestsPerSecond that the service answered
/// @param corePercent processor time of the listener's whole process, Quarkus included, in hundredths of one core
record Polling(double requestsPerSecond, double corePercent) {
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration WARM = Duration.ofSeconds(10);

    /// Runs `lifeboat listener` as it is packaged against a metadata service of ours, without a broker: it has nothing
    /// to send.
    static Polling measure(Path home, Path folder, String bootstrap, Duration time)
            throws IOException, InterruptedException {
        try (var imds = Imds.local()) {
            var endpoint = URI.create("http://127.0.0.1:" + imds.address().getPort());
            Part listener = Part.start(
                    "listener",
                    List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:+UseSerialGC",
                            "-Xmx128m",
                            "-jar",
                            home.resolve("target/quarkus-app/quarkus-run.jar").toString(),
                            "listener",
                            "--node",
                            "idle",
                            "--kafka",
                            bootstrap,
                            "--sources",
                            home.resolve("eviction-listeners").toString(),
                            "--only",
                            "ec2-imds",
                            "--endpoint",
                            "ec2-imds=" + endpoint,
                            "--spool",
                            folder.resolve("idle.spool").toString(),
                            "--http-port",
                            "0"),
                    folder.resolve("listener.log"),
                    Map.of());
            try {
                while (!Files.readString(listener.log()).contains("listener started")) {
                    run(listener, LOOK);
                }
                run(listener, WARM);
                return between(imds, listener, time);
            } finally {
                listener.stop();
            }
        }
    }

    private static void run(Part listener, Duration time) throws IOException, InterruptedException {
        if (listener.process().waitFor(time)) {
            throw new IOException("the listener has ended; it said: " + listener.tail(5));
        }
    }

    private static Polling between(Imds imds, Part listener, Duration time) throws IOException, InterruptedException {
        ProcessHandle process = listener.process().toHandle();
        long polls = imds.polls();
        Duration used = used(process);
        long start = System.nanoTime();
        run(listener, time);
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Polling(
                (imds.polls() - polls) / seconds, used(process).minus(used).toMillis() / 10.0 / seconds);
    }

    private static Duration used(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }
}
