package dev.lifeboat.checkpoint;

/// Names one checkpoint in the store; safe as a path segment and as an object key segment.
public record CheckpointId(String value) {
    public CheckpointId {
        if (!value.matches("[a-z0-9][-a-z0-9]{0,99}")) {
            throw new IllegalArgumentException("not a checkpoint id: " + value);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
