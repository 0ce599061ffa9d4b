package dev.lifeboat.edge.criu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.agent.Checkpointer.Source;
import dev.lifeboat.agent.Checkpointer.Verdict;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.edge.criu.runc.RuncContainers;
import dev.lifeboat.edge.launch.CriuOnLinux;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// A process that dumps, and stops for ever at a given point, to be killed there.
final class DumpingAgent {
    private static final long HALF_WAY = 20L << 20;

    /// Where it stops.
    enum Point {
        PAGES,
        VERDICT
    }

    private DumpingAgent() {}

    /// Blocks until it has stopped.
    ///
    /// @param source of which it takes the pid and the metadata folder
    /// @param folder its scratch, and where the state of runc's containers is
    static Process start(Path criu, Source source, Path folder, Point point) throws IOException {
        var agent = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DumpingAgent.class.getName(),
                        criu.toString(),
                        Long.toString(source.pid()),
                        source.metadata().toString(),
                        folder.toString(),
                        point.name()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(agent.inputReader().readLine()).isEqualTo("there");
        return agent;
    }

    /// Says `there` once it has stopped.
    ///
    /// @param arguments criu, pid, metadata folder, its own folder, point
    public static void main(String[] arguments) throws Exception {
        Path binary = Path.of(arguments[0]);
        Path folder = Path.of(arguments[3]);
        var containers = new RuncContainers(ContainerImage.RUNC, binary, folder);
        var criu = new CriuCheckpointer(binary, new CriuOnLinux(), folder, containers);
        var point = Point.valueOf(arguments[4]);
        var sink = new RecordingSink() {
            @Override
            public void commit(Extent extent) {
                super.commit(extent);
                if (point == Point.PAGES && bytes() > HALF_WAY) {
                    stop();
                }
            }
        };
        var source = new Source(Long.parseLong(arguments[1]), Path.of(arguments[2]), Duration.ofMinutes(10));
        criu.dump(source, sink, () -> {
            stop();
            return Verdict.KILL;
        });
    }

    private static void stop() {
        System.out.println("there");
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
