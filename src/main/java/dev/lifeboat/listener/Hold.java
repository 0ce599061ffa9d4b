package dev.lifeboat.listener;

import dev.lifeboat.notice.Notice;
import java.time.Duration;
import java.util.Optional;

/// Something that a cloud waits for on our account: a lifecycle hook, an event that may start early once
/// we agree.
public interface Hold {
    /// By which the cloud knows it; the same after a restart of ours.
    String name();

    /// By which the orchestrator knows it.
    Notice notice();

    /// How often the cloud is to hear that we still need it; empty when it waits by itself.
    Optional<Duration> beat();

    /// Asks for more time. Does not throw.
    Answer extend();

    /// Nothing on the node is at risk any more: the cloud may go on. Does not throw.
    Answer release();

    /// We speak of it no more; the cloud's own timeout decides. Does not throw.
    void drop();

    /// What the cloud said.
    enum Answer {
        DONE,
        /// No answer, or a passing refusal: ask again.
        AGAIN,
        /// It does not wait any longer.
        OVER
    }
}
