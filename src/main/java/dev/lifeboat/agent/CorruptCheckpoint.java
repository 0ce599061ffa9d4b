package dev.lifeboat.agent;

/// The store gave back something else than was put there; the message names the object and the chunk.
public final class CorruptCheckpoint extends RuntimeException {
    private final String detail;

    public CorruptCheckpoint(String detail) {
        super(detail);
        this.detail = detail;
    }

    public CorruptCheckpoint(String detail, Throwable cause) {
        super(detail, cause);
        this.detail = detail;
    }

    /// The message, never null.
    public String detail() {
        return detail;
    }
}
