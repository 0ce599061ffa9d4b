package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.CheckpointStore;
import dev.lifeboat.agent.StoreFailed;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.quantity.ByteCount;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Pages that are in the store before any checkpoint needs them, by content. What it knows is in memory only: its
/// layers mean nothing until a checkpoint's index refers to them.
final class StoredChain implements CheckpointStore.Chain, KnownPages {
    private static final byte[] NOTHING = {};

    private final ChainKeys keys;
    private final LayerDraft.Tools tools;
    private final SecureRandom random;
    private final PageHash hash;

    private final DigestTable table;
    private final List<Index.Layer> layers = new ArrayList<>();
    private final List<Held> chunks = new ArrayList<>();
    private @Nullable Placed newest;
    private volatile boolean closed;

    /// A durable chunk of one of the layers.
    record Held(int layer, Index.Chunk chunk) {}

    /// @param memory for the table of pages
    StoredChain(ChainKeys keys, LayerDraft.Tools tools, SecureRandom random, ByteCount memory) {
        this.keys = keys;
        this.tools = tools;
        this.random = random;
        this.hash = new PageHash(random);
        this.table = new DigestTable(memory);
        tools.store().put(keys.alive(), NOTHING);
    }

    @Override
    public CheckpointStore.Layer layer() {
        return begin(null);
    }

    @Override
    public CheckpointStore.Layer layerByAddress() {
        return begin(newest());
    }

    private ChainLayer begin(@Nullable Placed parent) {
        byte[] dataKey = new byte[Sealing.KEY_BYTES];
        random.nextBytes(dataKey);
        int number;
        Sealing sealing;
        synchronized (this) {
            number = layers.size();
            sealing = new Sealing(dataKey, keys.context(number));
            layers.add(new Index.Layer(
                    keys.layer(number), sealing.context(), HexFormat.of().formatHex(dataKey)));
        }
        return new ChainLayer(this, number, sealing, tools, parent);
    }

    /// Makes the chain stay for a checkpoint that is going to refer to it.
    ///
    /// @return whether it is there still; when it is not, it must not be referred to
    boolean keepFor(CheckpointId id, String attempt) {
        tools.store().put(keys.reference(id, attempt), NOTHING);
        return tools.store().get(keys.alive(), 1).isPresent();
    }

    /// That attempt will never become a checkpoint.
    void letGo(CheckpointId id, String attempt) {
        tools.store().delete(keys.reference(id, attempt));
    }

    String prefix() {
        return keys.prefix();
    }

    boolean isOpen() {
        return !closed;
    }

    synchronized Index.Layer layer(int number) {
        return layers.get(number);
    }

    synchronized Held held(int chunk) {
        return chunks.get(chunk);
    }

    @Override
    public PageHash hash() {
        return hash;
    }

    @Override
    public synchronized long[] locate(List<PageHash.Digest> pages) {
        long[] places = new long[pages.size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = table.find(pages.get(i));
        }
        return places;
    }

    /// A draft's own pages die with it when it fails, so nothing else may build on them.
    @Override
    public void kept(int chunk, List<PageHash.Digest> pages) {}

    /// From here on drafts and layers may refer to the chunk: it is durable.
    ///
    /// @return its number among the chain's chunks
    synchronized int publish(int layer, Index.Chunk chunk, List<PageHash.Digest> pages) {
        int place = chunks.size();
        chunks.add(new Held(layer, chunk));
        for (int page = 0; page < pages.size(); page++) {
            table.put(pages.get(page), KnownPages.location(place, page));
        }
        return place;
    }

    /// A pre-dump is whole: the next layer and drafts may inherit from it.
    synchronized void settle(Placed whole) {
        newest = whole.pieces() > Placed.MOST_PIECES ? null : whole;
    }

    /// What of the newest whole pre-dump lies where; null when there is none to inherit from.
    synchronized @Nullable Placed newest() {
        return newest;
    }

    @Override
    public synchronized ByteCount known() {
        return new ByteCount((long) table.size() * PageHash.PAGE);
    }

    @Override
    public synchronized ByteCount memory() {
        return newest == null ? table.memory() : table.memory().plus(newest.memory());
    }

    /// Returns at once; the layers are removed behind its back, unless a checkpoint may need them.
    @Override
    public void close() {
        closed = true;
        tools.cleaning().register();
        tools.uploads().execute(() -> {
            try {
                keys.sweep(tools.store());
            } catch (StoreFailed _) {
                // Garbage, until the node's next agent sweeps.
            } finally {
                tools.cleaning().arriveAndDeregister();
            }
        });
    }
}
