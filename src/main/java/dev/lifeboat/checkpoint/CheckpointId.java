package dev.lifeboat.checkpoint;

import java.util.regex.Pattern;

/// Names one checkpoint in the store; safe as a path segment and as an object key segment.
public record CheckpointId(String value) {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][-a-z0-9]{0,99}");

    public CheckpointId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("not a checkpoint id: " + value);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
