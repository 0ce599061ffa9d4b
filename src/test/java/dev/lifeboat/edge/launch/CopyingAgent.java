package dev.lifeboat.edge.launch;

import dev.lifeboat.agent.Ahead;
import dev.lifeboat.agent.Budget;
import dev.lifeboat.agent.LiveMemory;
import dev.lifeboat.agent.Round;
import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.edge.linux.ProcessMemory;
import dev.lifeboat.edge.objectstore.KeyFile;
import dev.lifeboat.edge.objectstore.StoreLocation;
import dev.lifeboat.edge.objectstore.StoredCheckpoints;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// A process that copies a workload ahead once, and stops for ever in the middle of the second round, to be killed
/// there.
final class CopyingAgent {
    private CopyingAgent() {}

    /// Says `there` once it has stopped.
    ///
    /// @param arguments pid, store folder, key file, node
    public static void main(String[] arguments) throws Exception {
        long pid = Long.parseLong(arguments[0]);
        var settings = new StoredCheckpoints.Settings(Codec.ZSTD, ByteCount.ofMebi(16), 1);
        var store = new StoredCheckpoints(
                new StoreLocation.Folder(Path.of(arguments[1])), KeyFile.read(Path.of(arguments[2])), settings);
        var chain = store.chain(new NodeName(arguments[3]));
        copy(new ProcessMemory(), pid, chain.layer());
        copy(root -> new Stopping(new ProcessMemory().view(root)), pid, chain.layer());
    }

    private static void copy(LiveMemory memory, long pid, dev.lifeboat.agent.CheckpointStore.Layer layer)
            throws InterruptedException {
        var budget = new Budget(100, ByteRate.ofMegabytes(1e6));
        var ahead = new Ahead(memory, budget, new ProcessGauge(), 10);
        new Round(ahead, new CountDownLatch(1)).run(pid, layer);
    }

    /// Reads twenty extents, and no more.
    private static final class Stopping implements LiveMemory.View {
        private final LiveMemory.View view;
        private int extents;

        Stopping(LiveMemory.View view) {
            this.view = view;
        }

        @Override
        public List<Extent> windows() {
            return view.windows();
        }

        @Override
        public List<Extent> present(Extent window) {
            return view.present(window);
        }

        @Override
        public long read(Extent extent, ByteBuffer target) {
            if (++extents == 20) {
                System.out.println("there");
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException impossible) {
                    throw new IllegalStateException(impossible);
                }
            }
            return view.read(extent, target);
        }

        @Override
        public void close() {
            view.close();
        }
    }
}
