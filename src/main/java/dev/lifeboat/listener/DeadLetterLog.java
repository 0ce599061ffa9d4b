package dev.lifeboat.listener;

/// Where letters go that are no notices.
public interface DeadLetterLog {
    /// Returns once the letter is durable.
    ///
    /// @throws LogUnreachable when that cannot be said within the log's own time limit
    void append(DeadLetter letter);
}
