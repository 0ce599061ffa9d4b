package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.CorruptCheckpoint;
import dev.lifeboat.checkpoint.CheckpointId;
import org.jspecify.annotations.Nullable;

/// Whether a checkpoint exists, for ever: if it was not committed by now, a tombstone keeps it from coming.
///
/// @param attempt the one that was committed; null when it was abandoned
record Settlement(@Nullable String attempt) {

    static Settlement of(ObjectStore store, CheckpointId id) {
        String key = StoredCheckpoints.manifestKey(id);
        if (store.putIfAbsent(key, ManifestFile.abandoned(id))) {
            return new Settlement(null);
        }
        var content = store.get(key, ManifestFile.MAX_BYTES)
                .orElseThrow(() -> new CorruptCheckpoint("the manifest of " + id + " came and went"));
        return new Settlement(ManifestFile.envelope(content).attempt());
    }

    boolean committed() {
        return attempt != null;
    }

    boolean committedBy(String wanted) {
        return wanted.equals(attempt);
    }
}
