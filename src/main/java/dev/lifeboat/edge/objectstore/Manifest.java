package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.CheckpointStore.Facts;
import dev.lifeboat.agent.CheckpointStore.Size;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.quantity.ByteCount;

/// The commit point: a checkpoint exists exactly when its manifest does.
///
/// @param attempt tells apart the objects of two tries at the same checkpoint
/// @param codec what the writer was asked for; each chunk says itself what it got
/// @param index the object that says what lies where
record Manifest(CheckpointId id, String attempt, Facts facts, Codec codec, Size size, SealedObject index) {
    static final int FORMAT = 1;

    /// @param key relative to the checkpoint's own prefix
    /// @param size sealed, with its tag
    /// @param sha256 of the sealed bytes, lower-case hex
    record SealedObject(String key, ByteCount size, String sha256) {}
}
