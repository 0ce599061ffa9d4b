package dev.lifeboat.agent;

import static java.util.Objects.requireNonNull;

import dev.lifeboat.agent.CheckpointStore.Facts;
import dev.lifeboat.agent.CheckpointStore.Size;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a checkpoint in [MemoryCheckpoints] is read from.
final class MemorySaved implements CheckpointStore.Saved, PageSource {
    private final MemoryCheckpoints.Way way;
    private final Facts facts;
    private final Size size;
    private final Map<Extent, ByteBuffer> pages;
    private final Map<String, byte[]> files;
    private final Map<String, Set<PosixFilePermission>> permissions;

    MemorySaved(
            MemoryCheckpoints.Way way,
            Facts facts,
            Size size,
            Map<Extent, ByteBuffer> pages,
            Map<String, byte[]> files,
            Map<String, Set<PosixFilePermission>> permissions) {
        this.way = way;
        this.facts = facts;
        this.size = size;
        this.pages = pages;
        this.files = files;
        this.permissions = permissions;
    }

    @Override
    public Facts facts() {
        return facts;
    }

    @Override
    public Size size() {
        return size;
    }

    @Override
    public PageSource pages() {
        return this;
    }

    @Override
    public List<String> files() {
        return List.copyOf(files.keySet());
    }

    @Override
    public void fetch(String name, Path target) {
        way.there(MemoryCheckpoints.Call.FETCH);
        try {
            Files.write(target, requireNonNull(files.get(name)));
            Files.setPosixFilePermissions(target, requireNonNull(permissions.get(name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<MemoryObject> objects() {
        return pages.keySet().stream().map(Extent::owner).distinct().toList();
    }

    @Override
    public List<Extent> extents(MemoryObject owner) {
        return pages.keySet().stream()
                .filter(extent -> extent.owner().equals(owner))
                .toList();
    }

    @Override
    public void read(Extent extent, ByteBuffer target) {
        for (int page = 0; page < extent.pages(); page++) {
            target.put(page(extent.owner(), extent.startAddress() + (long) page * Extent.PAGE_SIZE));
        }
    }

    private ByteBuffer page(MemoryObject owner, long address) {
        for (var entry : pages.entrySet()) {
            long at = address - entry.getKey().startAddress();
            if (entry.getKey().owner().equals(owner)
                    && at >= 0
                    && at < entry.getKey().length()) {
                return entry.getValue().slice((int) at, Extent.PAGE_SIZE);
            }
        }
        throw new IllegalArgumentException("no page at " + Long.toHexString(address) + " of " + owner);
    }

    @Override
    public void close() {}
}
