package dev.lifeboat.edge.objectstore;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Puts a draft's index together: its own chunks first, then those of the chain that its pages lie in.
final class IndexAssembly {
    private final @Nullable StoredChain chain;
    private final List<Index.Layer> layers = new ArrayList<>();
    private final List<Index.StoredObject> objects = new ArrayList<>();
    private final List<Index.Chunk> chunks;
    private final List<Index.Run> runs = new ArrayList<>();
    private final List<Index.StoredFile> files = new ArrayList<>();

    private final Map<Integer, Integer> layerPlaces = new HashMap<>();
    private final Map<ObjectOfLayer, Integer> objectPlaces = new HashMap<>();
    private final Map<Integer, Integer> chunkPlaces = new HashMap<>();

    private record ObjectOfLayer(int layer, int object) {}

    IndexAssembly(PartStream own, @Nullable StoredChain chain) {
        this.chain = chain;
        this.chunks = new ArrayList<>(own.chunks());
        List<String> keys = own.objectKeys();
        for (int number = 0; number < keys.size(); number++) {
            objects.add(new Index.StoredObject(Index.StoredObject.OWN, number, keys.get(number)));
        }
    }

    /// @param own the chunk that holds what was kept of it
    void add(Sieve.Piece piece, int own) {
        if (piece.where() == Sieve.Piece.ZERO) {
            runs.add(new Index.Run(piece.extent(), Index.Run.ZERO, 0));
        } else if (piece.where() == Sieve.Piece.HERE) {
            runs.add(new Index.Run(piece.extent(), own, piece.offset()));
        } else {
            int chunk = chunkPlaces.computeIfAbsent(KnownPages.chunkOf(piece.where()), this::borrow);
            runs.add(new Index.Run(piece.extent(), chunk, KnownPages.offsetOf(piece.where())));
        }
    }

    void add(Index.StoredFile file) {
        files.add(file);
    }

    Index index() {
        return new Index(layers, objects, chunks, runs, files);
    }

    private int borrow(int chunk) {
        if (chain == null) {
            throw new IllegalStateException("a page lies in chunk " + chunk + " of no chain");
        }
        StoredChain.Held held = chain.held(chunk);
        int layer = layerPlaces.computeIfAbsent(held.layer(), number -> {
            layers.add(chain.layer(number));
            return layers.size() - 1;
        });
        Index.Chunk there = held.chunk();
        int object = objectPlaces.computeIfAbsent(new ObjectOfLayer(layer, there.object()), it -> {
            objects.add(new Index.StoredObject(layer, it.object, PartStream.key(it.object)));
            return objects.size() - 1;
        });
        chunks.add(
                new Index.Chunk(object, there.number(), there.codec(), there.offset(), there.sealed(), there.plain()));
        return chunks.size() - 1;
    }
}
