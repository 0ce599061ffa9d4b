package dev.lifeboat.agent;

/// The store did not do what it was asked; the message names the object and says what came back.
public final class StoreFailed extends RuntimeException {
    private final Kind kind;

    public StoreFailed(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public StoreFailed(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /// What the agent can do about it.
    public enum Kind {
        /// It answered no: credentials, a full bucket, a condition that did not hold.
        REFUSED,
        /// It did not answer in time, or the draft was given up.
        STALLED,
        /// There is no such object.
        NOT_FOUND
    }
}
