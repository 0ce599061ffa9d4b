package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.CheckpointStore;
import dev.lifeboat.agent.PageSink;
import dev.lifeboat.agent.StoreFailed;
import dev.lifeboat.quantity.ByteCount;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One background round on its way into the store. Its pages may be referred to as soon as the object that they lie in
/// is complete, so that a round that is stopped has not been for nothing.
final class ChainLayer implements CheckpointStore.Layer, KnownPages {
    private final StoredChain chain;
    private final int number;
    private final LayerDraft.Tools tools;
    private final PartStream stream;
    private final LayerWriter writer;
    private final Failure failure;

    /// The chain's numbers of the stream's chunks.
    private final Map<Integer, Integer> places = new HashMap<>();

    private final Map<Integer, List<Sealed>> waiting = new HashMap<>();
    private final List<Integer> durable = new ArrayList<>();
    private boolean closed;

    private record Sealed(int number, Index.Chunk chunk, List<PageHash.Digest> pages) {}

    /// @param parent what the dumper may leave out; null when it must leave nothing out
    ChainLayer(StoredChain chain, int number, Sealing sealing, LayerDraft.Tools tools, @Nullable Placed parent) {
        this.chain = chain;
        this.number = number;
        this.tools = tools;
        this.failure = new Failure(this::letGo);
        String prefix = chain.layer(number).prefix();
        var background = tools.background();
        this.stream = new PartStream(tools.store(), prefix, sealing, background.parts(), tools.uploads(), failure);
        this.writer = new LayerWriter(
                stream,
                new LayerWriter.Tools(background.chunks(), tools.workers(), tools.codec()),
                failure,
                new LayerWriter.Below(this, parent));
        stream.whenDurable(this::publish);
    }

    private void letGo() {
        tools.background().chunks().wake();
        tools.background().parts().wake();
        writer.fail();
        stream.fail();
    }

    @Override
    public PageSink pages() {
        return writer;
    }

    @Override
    public PageHash hash() {
        return chain.hash();
    }

    @Override
    public long[] locate(List<PageHash.Digest> pages) {
        return chain.locate(pages);
    }

    /// The object may be complete before its last chunk's worker has come here.
    @Override
    public synchronized void kept(int chunk, List<PageHash.Digest> pages) {
        Index.Chunk stored = stream.chunk(chunk);
        var sealed = new Sealed(chunk, stored, pages);
        if (durable.contains(stored.object())) {
            publish(sealed);
        } else {
            waiting.computeIfAbsent(stored.object(), _ -> new ArrayList<>()).add(sealed);
        }
    }

    private synchronized void publish(int object) {
        durable.add(object);
        var sealed = waiting.remove(object);
        if (sealed != null) {
            sealed.forEach(this::publish);
        }
    }

    private void publish(Sealed sealed) {
        places.put(sealed.number, chain.publish(number, sealed.chunk, sealed.pages));
    }

    @Override
    public CheckpointStore.Taken finish() throws InterruptedException {
        writer.finish();
        return taken();
    }

    @Override
    public synchronized void settle() {
        chain.settle(writer.placed(places));
    }

    @Override
    public CheckpointStore.Taken taken() {
        return new CheckpointStore.Taken(
                writer.pages(), writer.fresh(), new ByteCount(stream.stored()), stream.sending());
    }

    @Override
    public void abort() {
        failure.set(new StoreFailed(StoreFailed.Kind.STALLED, "the round was stopped"));
    }

    /// Returns at once; what is incomplete is removed behind its back.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        abort();
        writer.cancel();
        tools.cleaning().register();
        tools.uploads().execute(() -> {
            try {
                stream.abort();
            } catch (StoreFailed _) {
                // Garbage, like the whole chain in the end.
            } finally {
                tools.cleaning().arriveAndDeregister();
            }
        });
    }
}
