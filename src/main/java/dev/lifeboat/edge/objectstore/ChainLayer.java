package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.CheckpointStore;
import dev.lifeboat.agent.PageSink;
import dev.lifeboat.agent.StoreFailed;
import dev.lifeboat.quantity.ByteCount;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One background round on its way into the store. Its pages may be referred to as soon as the object that they lie in
/// is complete, so that a round that is stopped has not been for nothing.
final class ChainLayer implements CheckpointStore.Layer, KnownPages {
    private final StoredChain chain;
    private final int number;
    private final LayerDraft.Tools tools;
    private final PartStream stream;
    private final LayerWriter writer;
    private final Failure failure;

    private final Map<Integer, List<Sealed>> waiting = new HashMap<>();
    private final List<Integer> durable = new ArrayList<>();
    private boolean closed;

    private record Sealed(Index.Chunk chunk, List<PageHash.Digest> pages) {}

    ChainLayer(StoredChain chain, int number, Sealing sealing, LayerDraft.Tools tools) {
        this.chain = chain;
        this.number = number;
        this.tools = tools;
        this.failure = new Failure(this::letGo);
        String prefix = chain.layer(number).prefix();
        var background = tools.background();
        this.stream = new PartStream(tools.store(), prefix, sealing, background.parts(), tools.uploads(), failure);
        this.writer = new LayerWriter(
                stream, new LayerWriter.Tools(background.chunks(), tools.workers(), tools.codec()), failure, this);
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
        Index.Chunk sealed = stream.chunk(chunk);
        if (durable.contains(sealed.object())) {
            chain.publish(number, sealed, pages);
        } else {
            waiting.computeIfAbsent(sealed.object(), _ -> new ArrayList<>()).add(new Sealed(sealed, pages));
        }
    }

    private synchronized void publish(int object) {
        durable.add(object);
        var sealed = waiting.remove(object);
        if (sealed != null) {
            sealed.forEach(each -> chain.publish(number, each.chunk, each.pages));
        }
    }

    @Override
    public CheckpointStore.Taken finish() throws InterruptedException {
        writer.finish();
        return taken();
    }

    @Override
    public CheckpointStore.Taken taken() {
        return new CheckpointStore.Taken(
                writer.pages(), writer.fresh(), new ByteCount(stream.stored()), stream.sending());
    }

    /// Returns at once; what is incomplete is removed behind its back.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        failure.set(new StoreFailed(StoreFailed.Kind.STALLED, "the round was stopped"));
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
