package dev.lifeboat.listener;

import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.Rejection;
import java.time.Duration;
import java.time.Instant;

/// Counts what the listener does, for people and alerts. Must not throw.
public interface Tally {
    void counted(String source, Outcome outcome);

    void rejected(String source, Rejection reason);

    /// From receipt to durable.
    void lagged(Notice notice, Duration lag);

    /// What became of something that a cloud waits for us with.
    void held(String source, HoldStep step);

    /// The source answered, whatever it said.
    void heard(String source, Instant at);

    /// The source did not answer: that is not "nothing announced".
    void silent(String source, String why);
}
