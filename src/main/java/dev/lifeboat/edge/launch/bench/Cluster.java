package dev.lifeboat.edge.launch.bench;

import dev.lifeboat.edge.demo.node.Part;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A broker and, once it is wanted, one orchestrator, each in a process of its own, as they are packaged.
final class Cluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int LOOK_MILLIS = 50;

    /// As the image and the chart start it. Metaspace: else the class loader's growth stops everything, once, in the
    /// middle of the storm.
    static final List<String> ORCHESTRATOR = List.of("-XX:MetaspaceSize=128m", "-XX:TieredStopAtLevel=1");

    /// One that has run for days has nothing left to compile; this one would do so at the expense of what is measured.
    private static final List<String> BROKER = List.of("-XX:TieredStopAtLevel=1");

    /// Of each.
    private static final String HEAP = "-Xmx1g";

    private final Path runner;
    private final Path folder;
    private final String bootstrap;
    private final int partitions;
    private final List<Part> parts = new ArrayList<>();

    private Cluster(Path runner, Path folder, String bootstrap, int partitions) {
        this.runner = runner;
        this.folder = folder;
        this.bootstrap = bootstrap;
        this.partitions = partitions;
    }

    /// @param home of the installation; it must be packaged
    static Cluster start(Path home, Path folder, int partitions) throws IOException, InterruptedException {
        Path runner = home.resolve("target/quarkus-app/quarkus-run.jar");
        if (!Files.exists(runner)) {
            throw new IOException("no " + runner + ": start the bench as ./lifeboat bench, which builds it");
        }
        int port = freePort();
        var cluster = new Cluster(runner, folder, "127.0.0.1:" + port, partitions);
        Part broker = cluster.start(
                "broker",
                BROKER,
                List.of(
                        "broker",
                        "--port",
                        Integer.toString(port),
                        "--dir",
                        folder.resolve("kafka").toString(),
                        "--partitions",
                        Integer.toString(partitions)));
        await(broker, "broker: listening on");
        return cluster;
    }

    String bootstrap() {
        return bootstrap;
    }

    int partitions() {
        return partitions;
    }

    Part broker() {
        return parts.getFirst();
    }

    /// Returns once it has taken up its partitions.
    Part orchestrator() throws IOException, InterruptedException {
        Part orchestrator = start(
                "orchestrator",
                ORCHESTRATOR,
                List.of(
                        "orchestrator",
                        "--kafka",
                        bootstrap,
                        "--partitions",
                        Integer.toString(partitions),
                        "--port",
                        Integer.toString(freePort())));
        await(orchestrator, "term begun");
        return orchestrator;
    }

    @Override
    public void close() {
        parts.reversed().forEach(Part::stop);
    }

    private Part start(String name, List<String> flags, List<String> arguments) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(flags);
        command.addAll(List.of("-jar", runner.toString()));
        command.addAll(arguments);
        Part part = Part.start(name, command, folder.resolve(name + ".log"), Map.of());
        parts.add(part);
        return part;
    }

    private static void await(Part part, String word) throws IOException, InterruptedException {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.readString(part.log()).contains(word)) {
            if (part.process().waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS) || System.nanoTime() > giveUp) {
                throw new IOException(part.name() + " did not come up; it said: " + part.tail(5));
            }
        }
    }

    private static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }
}
