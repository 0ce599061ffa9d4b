package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.CorruptCheckpoint;
import dev.lifeboat.agent.StoreFailed;
import dev.lifeboat.checkpoint.CheckpointId;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;

/// Opens committed checkpoints: envelope, manifest, index, and then chunk by chunk.
///
/// @param streams requests at once for all pages of a checkpoint
record Reading(ObjectStore store, KeyWrap keys, int streams) {
    /// An index has about 60 bytes an extent; this one would stand for terabytes.
    private static final long MAX_INDEX_BYTES = 1L << 30;

    Reading(ObjectStore store, KeyWrap keys) {
        this(store, keys, StoredCheckpoints.Settings.USUAL_STREAMS);
    }

    /// @throws StoreFailed with `NOT_FOUND` when there is no manifest
    LayerSaved open(CheckpointId id) {
        var read = read(id);
        Index index = index(read);
        String prefix = StoredCheckpoints.prefix(id, read.manifest().attempt());
        return new LayerSaved(read.manifest(), index, new SealedChunks(store, prefix, read.opened(), index), streams);
    }

    /// @throws StoreFailed with `NOT_FOUND` when there is no manifest
    Manifest manifest(CheckpointId id) {
        return read(id).manifest();
    }

    private ManifestFile.Read read(CheckpointId id) {
        return envelope(id)
                .map(envelope -> ManifestFile.open(id, envelope, keys))
                .orElseThrow(() -> new StoreFailed(StoreFailed.Kind.NOT_FOUND, "there is no checkpoint " + id));
    }

    /// What is in clear of a committed one; empty when it was never committed, or removed.
    Optional<ManifestFile.Envelope> envelope(CheckpointId id) {
        return store.get(StoredCheckpoints.manifestKey(id), ManifestFile.MAX_BYTES)
                .map(content -> ManifestFile.envelope(content))
                .filter(envelope -> !ManifestFile.ABANDONED.equals(envelope.kind()));
    }

    private Index index(ManifestFile.Read read) {
        Manifest.SealedObject at = read.manifest().index();
        if (at.size().bytes() < Sealing.TAG_BYTES || at.size().bytes() > MAX_INDEX_BYTES) {
            throw new CorruptCheckpoint(at.key() + ": an index cannot have " + at.size());
        }
        ByteBuffer sealed = ByteBuffer.allocate(Math.toIntExact(at.size().bytes()));
        String key = StoredCheckpoints.root(read.manifest().id()) + at.key();
        store.read(key, 0, sealed);
        if (!HexFormat.of().formatHex(Sealing.sha256(sealed.array())).equals(at.sha256())) {
            throw new CorruptCheckpoint(key + ", chunk 0: its digest is not the manifest's");
        }
        ByteBuffer plain = ByteBuffer.allocate(sealed.capacity() - Sealing.TAG_BYTES);
        read.opened().open(Sealing.INDEX, 0, key, sealed.flip(), plain);
        return Index.decode(plain.flip());
    }
}
