package dev.lifeboat.edge.kafka;

/// A record that cannot be made sense of; goes to the dead-letter topic.
public final class Unreadable extends Exception {
    /// Stable codes; shown to users.
    public enum Reason {
        /// More bytes than any record of ours has.
        TOO_LARGE,
        NOT_JSON,
        /// The envelope has another `v` than we write.
        UNKNOWN_VERSION,
        UNKNOWN_TYPE,
        /// A field is missing, has the wrong type or a value out of range.
        BAD_FIELD,
        /// What a heartbeat says of its machine is out of range; the rest of it was used.
        BAD_FACTS,
        /// The record lies in another partition than its node's.
        WRONG_PARTITION,
        /// The topic takes another kind of record.
        WRONG_TOPIC
    }

    private final Reason reason;

    Unreadable(Reason reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
