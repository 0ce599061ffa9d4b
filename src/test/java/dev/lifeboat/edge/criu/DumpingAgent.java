package dev.lifeboat.edge.criu;

import dev.lifeboat.agent.Checkpointer.Source;
import dev.lifeboat.agent.Checkpointer.Verdict;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.edge.launch.CriuOnLinux;
import java.nio.file.Path;
import java.time.Duration;
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

    /// Says `there` once it has stopped.
    ///
    /// @param arguments criu, pid, metadata folder, scratch folder, point
    public static void main(String[] arguments) throws Exception {
        var criu = new CriuCheckpointer(Path.of(arguments[0]), new CriuOnLinux(), Path.of(arguments[3]));
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
