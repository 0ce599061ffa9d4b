package dev.lifeboat.agent;

/// The store gave back something else than was put there; the message names the object and the chunk.
public final class CorruptCheckpoint extends RuntimeException {
    public CorruptCheckpoint(String message) {
        super(message);
    }
}
