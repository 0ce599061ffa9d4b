package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.CheckpointStore;
import dev.lifeboat.agent.CheckpointStore.Size;
import dev.lifeboat.agent.PageSink;
import dev.lifeboat.agent.StoreFailed;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.quantity.ByteCount;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Phaser;
import org.jspecify.annotations.Nullable;

/// One attempt at one checkpoint: docs/explanation/one-copy.md says when it counts.
final class LayerDraft implements CheckpointStore.Draft {
    private final CheckpointId id;
    private final String attempt;
    private final Sealing sealing;
    private final Tools tools;
    private final @Nullable StoredChain chain;
    private final PartStream stream;
    private final LayerWriter writer;
    private final Failure failure;
    private final CompletableFuture<Manifest.SealedObject> index = new CompletableFuture<>();

    /// Whether anything of it may still reach the store.
    private volatile CompletableFuture<Void> indexing = CompletableFuture.completedFuture(null);

    private volatile State state = State.OPEN;
    private volatile boolean sent;
    private KeyWrap.@Nullable Wrapped wrapped;

    private enum State {
        OPEN,
        /// The manifest was sent, and no answer has settled whether it is there.
        UNSETTLED,
        COMMITTED,
        CLOSED
    }

    /// What all drafts of one store share.
    ///
    /// @param streams requests at once
    record Tools(
            ObjectStore store,
            KeyWrap keys,
            Codec codec,
            BufferPool chunks,
            BufferPool parts,
            Background background,
            ExecutorService workers,
            ExecutorService uploads,
            Phaser cleaning,
            int streams) {}

    /// Buffers of background rounds: few, so that they cost little memory and little is under way when a save comes,
    /// and their own, so that a save never waits for one.
    record Background(BufferPool chunks, BufferPool parts) {}

    /// @param sealing under a new data key
    record Attempt(CheckpointId id, String name, Sealing sealing) {}

    /// @param chain that the pages may lie in already
    LayerDraft(Attempt attempt, Tools tools, @Nullable StoredChain chain) {
        this.id = attempt.id;
        this.attempt = attempt.name;
        this.sealing = attempt.sealing;
        this.tools = tools;
        this.chain = chain;
        this.failure = new Failure(this::letGo);
        String prefix = StoredCheckpoints.prefix(id, attempt.name);
        this.stream = new PartStream(tools.store, prefix, sealing, tools.parts, tools.uploads, failure);
        this.writer = new LayerWriter(
                stream, new LayerWriter.Tools(tools.chunks, tools.workers, tools.codec), failure, base(chain));
    }

    private static LayerWriter.Below base(@Nullable StoredChain chain) {
        return new LayerWriter.Below(chain, chain == null ? null : chain.newest());
    }

    /// After the first failure nobody has anything to wait for.
    private void letGo() {
        tools.chunks.wake();
        tools.parts.wake();
        writer.fail();
        stream.fail();
        index.cancel(false);
    }

    @Override
    public void seal(@Nullable String key) {
        wrapped = wrap(key);
    }

    private KeyWrap.Wrapped wrap(@Nullable String key) {
        return tools.keys.wrap(key, sealing.dataKey(), sealing.context());
    }

    @Override
    public PageSink pages() {
        return writer;
    }

    @Override
    public void file(String name, Path content) throws InterruptedException {
        writer.add(name, content);
    }

    @Override
    public Size commit(CheckpointStore.Facts facts) throws InterruptedException {
        writer.awaitPacked();
        Index places = writer.index(chain);
        // Beside the last of what it tells of: only the manifest makes it count.
        indexing = CompletableFuture.runAsync(() -> putIndex(places), tools.uploads);
        stream.finish();
        Manifest.SealedObject index = awaitIndex();
        var size = new Size(
                writer.pages(), new ByteCount(stream.stored() + index.size().bytes()));
        String base = chain == null ? null : chain.prefix();
        var manifest = new Manifest(id, attempt, facts, tools.codec, size, index, base, Instant.now(), tools.streams);
        KeyWrap.Wrapped by = wrapped == null ? wrap(null) : wrapped;
        byte[] content = ManifestFile.encode(manifest, sealing, by);
        failure.check();
        if (Thread.interrupted()) {
            throw new InterruptedException("given up before the manifest was sent");
        }
        state = State.UNSETTLED;
        sent = true;
        put(content);
        state = State.COMMITTED;
        return size;
    }

    private void putIndex(Index places) {
        try {
            index.complete(sealed(places));
        } catch (RuntimeException e) {
            failure.set(e);
        }
    }

    private Manifest.SealedObject awaitIndex() throws InterruptedException {
        try {
            return index.get();
        } catch (ExecutionException | CancellationException over) {
            failure.check();
            throw new IllegalStateException("no index, and nothing says why", over);
        }
    }

    private Manifest.SealedObject sealed(Index index) {
        byte[] plain = index.encode();
        ByteBuffer sealed = ByteBuffer.allocate(plain.length + Sealing.TAG_BYTES);
        sealing.seal(Sealing.INDEX, 0, ByteBuffer.wrap(plain), sealed);
        String key = attempt + "/index";
        tools.store.put(StoredCheckpoints.root(id) + key, sealed.array());
        String digest = HexFormat.of().formatHex(Sealing.sha256(sealed.array()));
        return new Manifest.SealedObject(key, new ByteCount(sealed.capacity()), digest);
    }

    /// A lost answer is settled at once: either the manifest is there, or it is kept from ever coming.
    private void put(byte[] manifest) {
        StoreFailed cause;
        try {
            String key = StoredCheckpoints.manifestKey(id);
            if (tools.store.putIfAbsent(key, manifest)) {
                return;
            }
            cause = new StoreFailed(StoreFailed.Kind.REFUSED, "checkpoint " + id + " is settled already");
        } catch (StoreFailed e) {
            cause = e;
        }
        if (Settlement.of(tools.store, id).committedBy(attempt)) {
            return;
        }
        state = State.OPEN;
        throw cause;
    }

    @Override
    public boolean isSent() {
        return sent;
    }

    @Override
    public Size size() {
        return new Size(writer.pages(), new ByteCount(stream.stored()));
    }

    @Override
    public Duration sending() {
        return stream.sending();
    }

    @Override
    public void pack(Codec codec) {
        writer.pack(codec);
    }

    @Override
    public void abort() {
        failure.set(new StoreFailed(StoreFailed.Kind.STALLED, "the save of " + id + " was given up"));
    }

    /// Returns at once; what was written is removed behind its back.
    @Override
    public void close() {
        State last = state;
        state = State.CLOSED;
        if (last == State.COMMITTED || last == State.CLOSED) {
            return;
        }
        abort();
        writer.cancel();
        tools.cleaning.register();
        tools.uploads.execute(() -> remove(last));
    }

    private void remove(State last) {
        try {
            if (last == State.UNSETTLED && Settlement.of(tools.store, id).committedBy(attempt)) {
                return;
            }
            stream.abort();
            indexing.join();
            for (String key : tools.store.list(StoredCheckpoints.prefix(id, attempt))) {
                tools.store.delete(key);
            }
            if (chain != null) {
                chain.letGo(id, attempt);
            }
        } catch (StoreFailed _) {
            // What is left has no manifest: no checkpoint, only garbage.
        } finally {
            tools.cleaning.arriveAndDeregister();
        }
    }
}
