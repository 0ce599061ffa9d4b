package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.CheckpointStore.Facts;
import dev.lifeboat.agent.CheckpointStore.Size;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.quantity.ByteCount;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The commit point: a checkpoint exists exactly when its manifest does.
///
/// @param attempt tells apart the objects of two tries at the same checkpoint
/// @param codec what the writer was asked for; each chunk says itself what it got
/// @param index the object that says what lies where
/// @param chain prefix of the chain that the index refers to, if it does; in clear, so that what may be removed can be
///     told without a key
/// @param savedAt by the clock of the node that saved; in clear, so that old ones can be told without a key; null where
///     the writer did not say
/// @param streams parts that the writer sent at once; null where it did not say
record Manifest(
        CheckpointId id,
        String attempt,
        Facts facts,
        Codec codec,
        Size size,
        SealedObject index,
        @Nullable String chain,
        @Nullable Instant savedAt,
        @Nullable Integer streams) {
    static final int FORMAT = 2;

    /// @param key relative to the checkpoint's own prefix
    /// @param size sealed, with its tag
    /// @param sha256 of the sealed bytes, lower-case hex
    record SealedObject(String key, ByteCount size, String sha256) {}
}
