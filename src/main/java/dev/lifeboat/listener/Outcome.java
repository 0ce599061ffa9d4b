package dev.lifeboat.listener;

/// What became of one letter. Stable codes; metrics carry them in lower case.
public enum Outcome {
    /// Durable in the log, seen for the first time.
    ACCEPTED,
    /// Known already.
    DUPLICATE,
    /// Understood, and it announces nothing.
    QUIET,
    /// About a machine that is not ours.
    FOREIGN,
    /// Kept in the spool until the log is back.
    SPOOLED,
    /// In the dead letters.
    DEAD_LETTERED,
    /// Neither in the log nor in the spool: the source is not told that we have it.
    REFUSED
}
