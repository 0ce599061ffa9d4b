package dev.lifeboat.agent;

import dev.lifeboat.plan.Capacity;
import org.jspecify.annotations.Nullable;

/// Port: what this machine is and has left for workloads from elsewhere, right now.
@FunctionalInterface
public interface Room {
    /// Null where the machine cannot be made out: then nothing is sent here that needs to know it.
    @Nullable
    Capacity offered();

    /// Whether workloads may be sent here at all.
    default boolean open() {
        return true;
    }
}
