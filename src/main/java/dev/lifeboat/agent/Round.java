package dev.lifeboat.agent;

import dev.lifeboat.agent.CheckpointStore.Layer;
import dev.lifeboat.agent.CheckpointStore.Taken;
import dev.lifeboat.checkpoint.Extent;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// Copies what a running workload has in memory into one layer, within a budget, until it is through or stopped.
///
/// The workload runs on meanwhile, so pages may be torn or outdated when they arrive. That does no harm: a page counts
/// for what was read, hashed and stored of it, from one private copy. A dump later asks by content; what has changed
/// since, or was torn, is simply not found.
public final class Round {
    private final Ahead ahead;
    private final Pace pace;

    /// @param stop released when something more important comes
    public Round(Ahead ahead, CountDownLatch stop) {
        this.ahead = ahead;
        this.pace = new Pace(ahead, stop);
    }

    /// @param whole whether everything that was there has been copied
    /// @param preDump what the dumper says when it did the copying; null when it was done from outside
    /// @param trouble why it is not whole, when that is for somebody to know; else null
    public record Result(
            Taken taken,
            boolean whole,
            PreDumper.Outcome.@Nullable Done preDump,
            @Nullable String trouble) {
        /// By content, from outside.
        Result(Taken taken, boolean whole) {
            this(taken, whole, null, null);
        }
    }

    /// Once; the caller closes the layer.
    public Result run(long rootPid, Layer layer) throws InterruptedException {
        try (var view = ahead.memory().view(rootPid)) {
            for (Extent window : view.windows()) {
                for (Extent extent : view.present(window)) {
                    if (pace.stops(layer)) {
                        return new Result(ahead.cut(layer), false);
                    }
                    copy(view, extent, layer.pages());
                }
            }
        }
        return new Result(layer.finish(), true);
    }

    private static void copy(LiveMemory.View view, Extent extent, PageSink sink) throws InterruptedException {
        long pages = view.read(extent, sink.reserve(extent));
        if (pages > 0) {
            sink.commit(new Extent(extent.owner(), extent.startAddress(), pages));
        }
    }

    /// Since it was made.
    public Duration elapsed() {
        return pace.elapsed();
    }
}
