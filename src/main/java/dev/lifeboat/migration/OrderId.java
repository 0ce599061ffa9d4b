package dev.lifeboat.migration;

import dev.lifeboat.notice.NodeName;

/// Names one order. Every report carries it back, so that an answer finds its migration.
///
/// @param key derived from the state, such as `pi-0-3f9a2c81d04e/restore-2`: the same order has the same key however
///     often it is sent, and no other order has it
/// @param home the doomed node that the workload leaves; reports about the migration are keyed by it, whoever speaks
public record OrderId(String key, MigrationId migration, NodeName home) {
    private static final int MAX_LENGTH = 140;

    public OrderId {
        if (key.isEmpty() || key.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "an order key has 1 to " + MAX_LENGTH + " characters, not " + key.length());
        }
    }

    @Override
    public String toString() {
        return key;
    }
}
