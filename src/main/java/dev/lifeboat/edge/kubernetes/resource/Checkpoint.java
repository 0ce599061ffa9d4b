package dev.lifeboat.edge.kubernetes.resource;

import dev.lifeboat.policy.Key;
import dev.lifeboat.policy.Text;
import dev.lifeboat.quantity.ByteCount;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A checkpoint in the store: there once its manifest is.
public record Checkpoint(
        @Key(value = "The workload, as NAMESPACE/NAME.", required = true, text = Text.FILLED)
        String workload,

        @Key(value = "Its name in the store.", required = true, text = Text.FILLED)
        String id,

        @Key(value = "The node that it was taken on.", required = true, text = Text.NAME)
        String node,

        @Key(value = "When its manifest was written.", required = true)
        Instant storedAt) {

    /// What it is worth.
    public record Status(
            @Key("Memory that it holds.") @Nullable ByteCount pages,

            @Key("What it takes up in the store.") @Nullable ByteCount stored,

            @Key("How long the workload stood still for it.") @Nullable
            Duration frozen) {}

    /// What is told of a checkpoint.
    public enum Type {
        /// Whether it may be restored now.
        Restorable
    }

    /// Why.
    public enum Reason {
        /// Nobody has claimed it.
        Unclaimed,
        /// A node has claimed it: it is restored there and nowhere else.
        Claimed
    }
}
