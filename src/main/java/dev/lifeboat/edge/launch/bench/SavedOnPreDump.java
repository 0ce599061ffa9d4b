package dev.lifeboat.edge.launch.bench;

import dev.lifeboat.agent.CheckpointStore.Chain;
import dev.lifeboat.agent.Checkpointer.Source;
import dev.lifeboat.agent.PreDumper;
import dev.lifeboat.edge.criu.CriuCheckpointer;
import dev.lifeboat.edge.objectstore.StoredCheckpoints;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.Connections;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.commons.io.FileUtils;

/// Our own where the kernel tracks writes: a pre-dump into a new chain, as the agent makes the first of each, and at
/// the save a dump of what was written since. Neither the pre-dump nor the wait for changes is in the figures.
///
/// @param share of the victim's memory that shall have changed since the pre-dump began
/// @param expected as [LifeboatPipe] takes it
record SavedOnPreDump(
        CriuCheckpointer checkpointer, StoredCheckpoints store, ByteCount expected, Path tmpfs, double share)
        implements Contender {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    @Override
    public String key() {
        return "lifeboat-pre-dump";
    }

    @Override
    public String title() {
        return "lifeboat, pages put ahead by pre-dump";
    }

    @Override
    public Measured save(BenchVictim victim) throws IOException, InterruptedException {
        Path before = Criu.fresh(tmpfs.resolve("ours-pre-dump"));
        try (var chain = store.chain(new NodeName("bench-pre-dump"))) {
            long steps = victim.steps();
            preDump(victim, before, chain);
            victim.awaitChange(steps, share);
            var ground = new LifeboatPipe.Ground(id -> store.draft(id, chain), before);
            return new LifeboatPipe(checkpointer, store, expected, tmpfs, ground).save(victim);
        } finally {
            FileUtils.deleteDirectory(before.toFile());
        }
    }

    private void preDump(BenchVictim victim, Path folder, Chain chain) throws IOException, InterruptedException {
        try (var layer = chain.layerByAddress()) {
            var source = new Source(victim.pid(), folder, LIMIT, null, Connections.REFUSE);
            PreDumper.Outcome outcome = checkpointer.preDump(source, layer.pages());
            if (!(outcome instanceof PreDumper.Outcome.Done)) {
                throw new IOException("the pre-dump did not end as asked: " + outcome);
            }
            layer.finish();
            layer.settle();
        }
    }
}
