package dev.lifeboat.agent;

import static java.util.Objects.requireNonNull;

import dev.lifeboat.agent.CheckpointStore.Facts;
import dev.lifeboat.agent.CheckpointStore.Size;
import dev.lifeboat.agent.MemoryCheckpoints.Call;
import dev.lifeboat.agent.MemoryCheckpoints.Contents;
import dev.lifeboat.agent.MemoryCheckpoints.Manifest;
import dev.lifeboat.agent.MemoryCheckpoints.Way;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is being written into [MemoryCheckpoints], and what was.
final class MemoryDraft implements CheckpointStore.Draft, PageSink {
    private final Contents objects;
    private final InstantSource clock;
    private final Way way;
    private final CheckpointId id;
    private final @Nullable MemoryChain chain;
    private final Map<MemoryObject, Map<Long, ByteBuffer>> parent;
    private final Map<Extent, ByteBuffer> pages = new LinkedHashMap<>();
    private long stored;
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final Map<String, Set<PosixFilePermission>> permissions = new HashMap<>();
    private ByteBuffer reserved = ByteBuffer.allocate(0);
    private @Nullable Facts facts;
    private boolean aborted;
    private boolean unsettled;
    private boolean sent;
    private boolean closed;

    MemoryDraft(Contents objects, InstantSource clock, Way way, CheckpointId id, @Nullable MemoryChain chain) {
        this.objects = objects;
        this.clock = clock;
        this.way = way;
        this.id = id;
        this.chain = chain;
        this.parent = chain == null ? Map.of() : chain.newest;
        if (chain != null) {
            chain.drafts++;
        }
    }

    @Override
    public PageSink pages() {
        return this;
    }

    @Override
    public void file(String name, Path content) throws InterruptedException {
        way.there(Call.FILE);
        goOn();
        try {
            files.put(name, Files.readAllBytes(content));
            permissions.put(name, Files.getPosixFilePermissions(content));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// As the real one does: when the answer is lost, either the manifest is there or a tombstone keeps it away.
    @Override
    public Size commit(Facts known) throws InterruptedException {
        way.there(Call.INDEX);
        goOn();
        facts = known;
        StoreFailed cause = new StoreFailed(StoreFailed.Kind.REFUSED, id + " is settled already");
        unsettled = true;
        sent = true;
        try {
            send();
            boolean first = objects.manifests().putIfAbsent(id, new Manifest(this, clock.instant())) == null;
            way.back(Call.MANIFEST);
            if (first) {
                return settled();
            }
        } catch (StoreFailed lost) {
            cause = lost;
        }
        way.there(Call.SETTLE);
        if (settle()) {
            return settled();
        }
        unsettled = false;
        throw cause;
    }

    /// What is on the wire comes, though its sender is gone.
    private void send() {
        boolean there = false;
        try {
            way.there(Call.MANIFEST);
            there = true;
        } finally {
            if (!there) {
                way.outlives(() -> objects.manifests().putIfAbsent(id, new Manifest(this, clock.instant())));
            }
        }
    }

    /// Once it is committed.
    Facts facts() {
        return requireNonNull(facts);
    }

    /// @param reader what lies between the store and who reads
    MemorySaved saved(Way reader) {
        return new MemorySaved(reader, facts(), size(), pages, files, permissions);
    }

    @Override
    public Duration sending() {
        return Duration.ZERO;
    }

    @Override
    public void pack(Codec codec) {
        objects.packed().add(codec);
    }

    @Override
    public void seal(@Nullable String key) {
        objects.sealed().add(String.valueOf(key));
    }

    private Size settled() {
        unsettled = false;
        return size();
    }

    private boolean settle() {
        objects.manifests().putIfAbsent(id, Manifest.tombstone(clock.instant()));
        Manifest there = objects.manifests().get(id);
        return there != null && there.isBy(this);
    }

    private void goOn() throws InterruptedException {
        check();
        if (Thread.interrupted()) {
            throw new InterruptedException("given up before the manifest was sent");
        }
    }

    private void check() {
        if (aborted) {
            throw new StoreFailed(StoreFailed.Kind.STALLED, "the save of " + id + " was given up");
        }
    }

    @Override
    public boolean isSent() {
        return sent;
    }

    @Override
    public Size size() {
        long bytes = pages.keySet().stream().mapToLong(Extent::length).sum();
        return new Size(new ByteCount(bytes), new ByteCount(stored));
    }

    @Override
    public void abort() {
        aborted = true;
    }

    @Override
    public void close() {
        way.there(Call.CLOSE);
        if (unsettled) {
            settle();
        }
        Manifest there = objects.manifests().get(id);
        if (chain != null && !closed && !(there != null && there.isBy(this))) {
            chain.drafts--;
        }
        closed = true;
        aborted = true;
    }

    @Override
    public boolean hasParent(MemoryObject owner) {
        return parent.containsKey(owner);
    }

    @Override
    public ByteBuffer reserve(Extent extent) {
        check();
        reserved = ByteBuffer.allocate((int) extent.length());
        return reserved;
    }

    @Override
    public void commit(Extent extent) {
        check();
        stored += chain == null ? reserved.capacity() : chain.fresh(reserved);
        pages.put(extent, reserved);
    }

    @Override
    public void inherit(Extent extent) {
        check();
        pages.put(extent, MemoryChain.inherited(parent, extent));
    }
}
