package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.CheckpointStore;
import dev.lifeboat.agent.StoreFailed;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.WorkloadId;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.stream.Collectors;

/// Checkpoints in our own format: docs/reference/checkpoint-format.md.
public final class StoredCheckpoints implements CheckpointStore, AutoCloseable {
    /// What a background round may have read and not yet packed.
    private static final ByteCount BACKGROUND_CHUNKS = ByteCount.ofMebi(8);

    /// Above S3's least part of 5 MiB, even when the next chunk of 1 MiB did not fit any more.
    private static final int BACKGROUND_PART_BYTES = 8 << 20;

    private static final ByteCount BACKGROUND_PARTS = new ByteCount(2L * BACKGROUND_PART_BYTES);

    private static final ByteCount BACKGROUND = BACKGROUND_CHUNKS.plus(BACKGROUND_PARTS);

    /// A chain's table of pages: about two million of them.
    private static final ByteCount CHAIN_MEMORY = ByteCount.ofMebi(144);

    private final LayerDraft.Tools tools;
    private final Claims claims;
    private final SecureRandom random = new SecureRandom();

    /// Of this process; some of them may be closed.
    private final List<StoredChain> chains = new CopyOnWriteArrayList<>();

    /// @param memory for pages that wait for compression; the dump never waits while they fit. Less
    /// where the JVM grants less outside of its heap
    /// @param workers threads that compress and seal, at least 1
    /// @param streams requests to the store at once, of a save or a restore; a save has a part of 16 MiB in memory
    ///     for each
    public record Settings(Codec codec, ByteCount memory, int workers, int streams) {
        /// More only pay in one process when a store is far and slow for each.
        public static final int MOST_STREAMS = 64;

        /// Before more of them gain much against a store of the same region.
        static final int USUAL_STREAMS = 6;

        public Settings {
            if (workers < 1 || streams < 1 || streams > MOST_STREAMS) {
                throw new IllegalArgumentException("of workers at least 1 is needed, and of streams 1 to "
                        + MOST_STREAMS + ": " + workers + ", " + streams);
            }
        }

        public Settings(Codec codec, ByteCount memory, int workers) {
            this(codec, memory, workers, USUAL_STREAMS);
        }

        /// Parts under way or being filled.
        ByteCount parts() {
            return new ByteCount((long) streams * PartStream.PART_BYTES);
        }

        /// Level-1 zstd on every core; half a GiB lets most dumps run at memory speed.
        public static Settings usual() {
            return new Settings(
                    Codec.ZSTD, ByteCount.ofMebi(512), Runtime.getRuntime().availableProcessors());
        }
    }

    public StoredCheckpoints(StoreLocation location, KeyWrap keys, Settings settings) {
        this(open(location), keys, settings);
    }

    StoredCheckpoints(ObjectStore store, KeyWrap keys, Settings settings) {
        this.claims = new Claims(store);
        this.tools = new LayerDraft.Tools(
                store,
                keys,
                settings.codec,
                new BufferPool(
                        LayerWriter.CHUNK_BYTES,
                        DirectMemory.forPages(
                                settings.memory,
                                DirectMemory.most(),
                                settings.parts().plus(BACKGROUND))),
                new BufferPool(PartStream.PART_BYTES, settings.parts()),
                new LayerDraft.Background(
                        new BufferPool(LayerWriter.CHUNK_BYTES, BACKGROUND_CHUNKS),
                        new BufferPool(BACKGROUND_PART_BYTES, BACKGROUND_PARTS)),
                Executors.newFixedThreadPool(
                        settings.workers,
                        Thread.ofPlatform().daemon().name("pack-", 0).factory()),
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("upload-", 0).factory()),
                new Phaser(1),
                settings.streams);
    }

    /// Has the JVM compiled what seals and opens pages, for whoever is in a hurry then: a second of a core.
    public void rehearse() {
        SealingRehearsal.run();
    }

    static ObjectStore open(StoreLocation location) {
        return switch (location) {
            case StoreLocation.S3 s3 -> new S3Store(s3);
            case StoreLocation.Folder folder -> new FolderStore(folder.root());
        };
    }

    @Override
    public Draft draft(CheckpointId id) {
        requireUnsettled(id);
        return new LayerDraft(attempt(id), tools, null);
    }

    @Override
    public Draft draft(CheckpointId id, CheckpointStore.Chain chain) {
        var base = (StoredChain) chain;
        var attempt = attempt(id);
        var unsettled = CompletableFuture.runAsync(() -> requireUnsettled(id), tools.uploads());
        boolean kept = base.keepFor(id, attempt.name());
        try {
            unsettled.join();
        } catch (CompletionException settled) {
            base.letGo(id, attempt.name());
            throw settled.getCause() instanceof StoreFailed failed ? failed : settled;
        }
        return new LayerDraft(attempt, tools, kept ? base : null);
    }

    private void requireUnsettled(CheckpointId id) {
        if (tools.store().get(manifestKey(id), ManifestFile.MAX_BYTES).isPresent()) {
            throw new StoreFailed(
                    StoreFailed.Kind.REFUSED, "checkpoint " + id + " is settled already; a new save needs a new name");
        }
    }

    private LayerDraft.Attempt attempt(CheckpointId id) {
        byte[] dataKey = new byte[Sealing.KEY_BYTES];
        random.nextBytes(dataKey);
        String name = drawnName();
        return new LayerDraft.Attempt(id, name, new Sealing(dataKey, id, name));
    }

    private String drawnName() {
        byte[] name = new byte[8];
        random.nextBytes(name);
        return HexFormat.of().formatHex(name);
    }

    @Override
    public CheckpointStore.Chain chain(NodeName node) {
        var chain = new StoredChain(new ChainKeys(node, drawnName()), tools, random, CHAIN_MEMORY);
        chains.removeIf(each -> !each.isOpen());
        chains.add(chain);
        return chain;
    }

    @Override
    public void sweep(NodeName node) {
        ChainKeys.of(node, tools.store()).forEach(chain -> chain.sweep(tools.store()));
    }

    @Override
    public Saved open(CheckpointId id) {
        return reading().open(id);
    }

    /// Reads a checkpoint's pages as they lie in the store, as many requests at once as a restore has, and drops them:
    /// what the store itself can give.
    ///
    /// @return bytes read
    public ByteCount skim(CheckpointId id) throws IOException, InterruptedException {
        try (var saved = reading().open(id)) {
            return new ByteCount(saved.skim());
        }
    }

    private Reading reading() {
        return new Reading(tools.store(), tools.keys(), tools.streams());
    }

    @Override
    public boolean committed(CheckpointId id) {
        return reading().envelope(id).isPresent();
    }

    @Override
    public boolean settle(CheckpointId id) {
        return Settlement.of(tools.store(), id).committed();
    }

    @Override
    public Optional<Found> unclaimed(WorkloadId workload, NodeName savedOn, Instant since) {
        return new Seeking(tools.store(), reading(), workload, savedOn).since(since);
    }

    @Override
    public void retire(WorkloadId workload, NodeName node, int last) {
        List<CheckpointId> retired = new Retiring(tools.store(), workload, node).allBut(last);
        if (retired.isEmpty()) {
            return;
        }
        retired.forEach(new Catalog(tools.store())::erase);
        Set<String> open = chains.stream()
                .filter(StoredChain::isOpen)
                .map(StoredChain::prefix)
                .collect(Collectors.toSet());
        ChainKeys.of(node, tools.store()).stream()
                .filter(chain -> !open.contains(chain.prefix()))
                .forEach(chain -> chain.sweep(tools.store()));
    }

    @Override
    public ClaimAnswer claim(CheckpointId id, Claim claim) {
        return claims.claim(id, claim);
    }

    @Override
    public ClaimAnswer confirm(CheckpointId id, Claim claim) {
        return claims.confirm(id, claim);
    }

    @Override
    public void filling(CheckpointId id, Claim claim) {
        claims.filling(id, claim);
    }

    @Override
    public void filled(CheckpointId id) {
        claims.filled(id);
    }

    static String root(CheckpointId id) {
        return "checkpoints/" + id + "/";
    }

    static String manifestKey(CheckpointId id) {
        return root(id) + "manifest";
    }

    static String prefix(CheckpointId id, String attempt) {
        return root(id) + attempt + "/";
    }

    /// Makes and touches buffers for `expected` bytes, as far as the budget goes: call it before a freeze.
    public void prepare(ByteCount expected) {
        tools.chunks().prepare(expected);
    }

    /// What the buffers take now.
    ByteCount memory() {
        return tools.chunks().made().plus(tools.parts().made());
    }

    /// Waits for clean-ups that are under way.
    @Override
    public void close() {
        tools.cleaning().arriveAndAwaitAdvance();
        tools.uploads().close();
        tools.workers().close();
    }
}
