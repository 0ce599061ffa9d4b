package dev.lifeboat.orchestrator;

import dev.lifeboat.policy.Policies;
import dev.lifeboat.quantity.ByteRate;

/// What a planner goes by.
///
/// @param partitions that share every policy's budget of saves: each may use its part of it, but at least one, so that
///     no partition waits for another's
/// @param store bandwidth that all nodes share; 0 where nothing but their uplinks limits them
public record Terms(Policies policies, int partitions, ByteRate store) {
    public Terms {
        if (partitions < 1) {
            throw new IllegalArgumentException("at least one partition: " + partitions);
        }
    }

    int atOnce(int budget) {
        return Math.max(1, budget / partitions);
    }
}
