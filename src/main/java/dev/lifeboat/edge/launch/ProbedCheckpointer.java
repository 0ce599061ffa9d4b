package dev.lifeboat.edge.launch;

import dev.lifeboat.agent.Checkpointer;
import dev.lifeboat.agent.PageSink;
import dev.lifeboat.agent.PageSource;
import dev.lifeboat.workload.Means;
import java.nio.file.Path;

/// Another's dumps and restores, with somebody standing in for what is dumped while it stands still.
record ProbedCheckpointer(Checkpointer inner, StandIns standIns) implements Checkpointer {
    /// Who stands in for whom.
    @FunctionalInterface
    interface StandIns {
        /// Begins while it still runs, for a probe that comes into the moment of the freeze is lost.
        /// What cannot begin is told, and keeps nothing from being dumped.
        Standing before(Source source) throws InterruptedException;
    }

    /// Somebody who stands in until it is closed.
    @FunctionalInterface
    interface Standing extends AutoCloseable {
        @Override
        void close();
    }

    @Override
    public DumpOutcome dump(Source source, PageSink pages, OnCaptured verdict) throws InterruptedException {
        try (Standing _ = standIns.before(source)) {
            return inner.dump(source, pages, verdict);
        }
    }

    @Override
    public RestoreOutcome restore(Path metadata, PageSource pages, OnRestored gate) throws InterruptedException {
        return inner.restore(metadata, pages, gate);
    }

    @Override
    public Means means() {
        return inner.means();
    }
}
