package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.CheckpointStore;
import dev.lifeboat.agent.CorruptCheckpoint;
import dev.lifeboat.agent.PageSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.List;

/// One committed checkpoint, open for reading.
final class LayerSaved implements CheckpointStore.Saved {
    private final Manifest manifest;
    private final Index index;
    private final ChunkReader chunks;
    private final ChunkReader fileChunks;
    private final LayerReader pages;

    LayerSaved(Manifest manifest, Index index, SealedChunks sealed, int streams) {
        this.manifest = manifest;
        this.index = index;
        this.chunks = new ChunkReader(sealed, _ -> true);
        // Files lie side by side and are wanted first: no page is to be decoded for them.
        this.fileChunks = new ChunkReader(sealed, chunksOfFiles(index)::get);
        this.pages = new LayerReader(index, chunks, sealed, streams);
    }

    private static BitSet chunksOfFiles(Index index) {
        var chunks = new BitSet(index.chunks().size());
        index.files().forEach(file -> file.chunks().forEach(chunks::set));
        return chunks;
    }

    Manifest manifest() {
        return manifest;
    }

    Index index() {
        return index;
    }

    ChunkReader chunks() {
        return chunks;
    }

    @Override
    public CheckpointStore.Facts facts() {
        return manifest.facts();
    }

    @Override
    public CheckpointStore.Size size() {
        return manifest.size();
    }

    long skim() throws IOException, InterruptedException {
        return pages.skim();
    }

    @Override
    public PageSource pages() {
        return pages;
    }

    @Override
    public List<String> files() {
        return index.files().stream().map(Index.StoredFile::name).toList();
    }

    @Override
    public void fetch(String name, Path target) throws InterruptedException {
        var stored = index.files().stream()
                .filter(file -> file.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such file in the checkpoint: " + name));
        try (var out = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long written = 0;
            for (int chunk : stored.chunks()) {
                var content = fileChunks.chunk(chunk);
                written += content.remaining();
                while (content.hasRemaining()) {
                    out.write(content);
                }
            }
            if (written != stored.size()) {
                throw new CorruptCheckpoint("index: " + name + " has " + written + " bytes, not " + stored.size());
            }
            if (stored.rights() != null) {
                stored.rights().giveTo(target);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + target, e);
        }
    }

    @Override
    public void close() {
        chunks.close();
        fileChunks.close();
    }
}
