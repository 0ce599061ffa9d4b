package dev.lifeboat.edge.kubernetes.picture;

/// What came of one object or event that was to be written.
public enum Outcome {
    /// The API server has it.
    WRITTEN,
    /// It was over for long enough, or nobody's, and is not there any more.
    REMOVED,
    /// The API server will not have it, such as in a namespace that is not there; asked again every minute,
    /// and when it changes.
    REFUSED,
    /// No answer, or none that says anything about the object: tried again.
    FAILED,
    /// Events are a courtesy: too many waited, or the API server was away.
    EVENT_DROPPED
}
