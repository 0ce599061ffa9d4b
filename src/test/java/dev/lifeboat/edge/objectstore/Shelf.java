package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.CheckpointStore;
import dev.lifeboat.agent.CheckpointStore.Claim;
import dev.lifeboat.agent.PageSink;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/// A folder with checkpoints of 64 pages each, made of seeds: page `n` of seed `s` is the same wherever it lies.
final class Shelf implements AutoCloseable {
    static final NodeName NODE = new NodeName("node-a");
    static final int PAGES = 64;
    private static final MemoryObject OWNER = new MemoryObject(MemoryObject.Kind.TASK, 7);
    private static final long BASE = 0x7f00_0000_0000L;

    final Path root;
    final Path keyFile;
    final StoredCheckpoints checkpoints;

    Shelf(Path folder) throws IOException {
        root = Files.createDirectories(folder.resolve("store"));
        keyFile = Files.writeString(folder.resolve("key"), "00112233445566778899aabbccddeeff".repeat(2));
        checkpoints = new StoredCheckpoints(
                new StoreLocation.Folder(root),
                KeyFile.read(keyFile),
                new StoredCheckpoints.Settings(Codec.NONE, ByteCount.ofMebi(4), 1));
    }

    /// @param changed pages, from the first, that are of `seed + 1`
    void save(String id, String workload, int seed, int changed) throws Exception {
        try (var draft = checkpoints.draft(new CheckpointId(id))) {
            fill(draft.pages(), seed, changed);
            commit(draft, workload);
        }
    }

    /// Puts the pages of `seed` into a chain, and saves two checkpoints that differ from it in `changed` pages.
    void saveOnChain(String first, String second, int seed, int changed) throws Exception {
        try (var chain = checkpoints.chain(NODE)) {
            try (var layer = chain.layer()) {
                fill(layer.pages(), seed, 0);
                layer.finish();
            }
            for (String id : new String[] {first, second}) {
                try (var draft = checkpoints.draft(new CheckpointId(id), chain)) {
                    fill(draft.pages(), seed, changed);
                    commit(draft, "demo/" + id);
                }
            }
        }
    }

    /// Somebody runs from it, and has not all of its pages yet.
    void restoreLazily(String id) {
        checkpoints.filling(new CheckpointId(id), new Claim("node-b " + id, 1));
    }

    void filled(String id) {
        checkpoints.filled(new CheckpointId(id));
    }

    void restore(String id) throws Exception {
        var claim = new Claim("node-b " + id, 1);
        checkpoints.claim(new CheckpointId(id), claim);
        checkpoints.confirm(new CheckpointId(id), claim);
    }

    private static void commit(CheckpointStore.Draft draft, String workload) throws InterruptedException {
        draft.commit(new CheckpointStore.Facts(workload, NODE.value(), "criu 4.1.1", "6.1.0", "cpu", 42));
    }

    private static void fill(PageSink sink, int seed, int changed) throws InterruptedException {
        for (int page = 0; page < PAGES; page++) {
            byte[] content = new byte[Extent.PAGE_SIZE];
            new Random(1000L * (page < changed ? seed + 1 : seed) + page).nextBytes(content);
            var extent = new Extent(OWNER, BASE + (long) page * Extent.PAGE_SIZE, 1);
            sink.reserve(extent).put(content);
            sink.commit(extent);
        }
    }

    @Override
    public void close() {
        checkpoints.close();
    }
}
