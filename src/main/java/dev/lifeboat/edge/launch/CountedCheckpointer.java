package dev.lifeboat.edge.launch;

import dev.lifeboat.agent.Checkpointer;
import dev.lifeboat.agent.PageSink;
import dev.lifeboat.agent.PageSource;
import dev.lifeboat.workload.Means;
import java.nio.file.Path;
import java.util.function.Consumer;

/// Another's dumps and restores, with the reasons of those that fail told.
record CountedCheckpointer(Checkpointer inner, Consumer<String> failed) implements Checkpointer {
    @Override
    public DumpOutcome dump(Source source, PageSink pages, OnCaptured verdict) throws InterruptedException {
        DumpOutcome outcome = inner.dump(source, pages, verdict);
        if (outcome instanceof DumpOutcome.Failed broken) {
            failed.accept(broken.reason());
        }
        return outcome;
    }

    @Override
    public RestoreOutcome restore(Path metadata, PageSource pages, OnRestored gate) throws InterruptedException {
        RestoreOutcome outcome = inner.restore(metadata, pages, gate);
        if (outcome instanceof RestoreOutcome.Failed broken) {
            failed.accept(broken.reason());
        }
        return outcome;
    }

    @Override
    public Means means() {
        return inner.means();
    }
}
