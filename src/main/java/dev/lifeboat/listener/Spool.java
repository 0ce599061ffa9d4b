package dev.lifeboat.listener;

import dev.lifeboat.notice.Notice;
import java.util.List;

/// Keeps notices near while the log is out of reach. Bounded, and it survives the listener.
public interface Spool {
    /// Returns once the notices would survive our death, or false when there is no room for all of them.
    boolean keep(List<Notice> notices);

    /// What is kept, oldest first; empty in good times.
    List<Notice> waiting();

    /// The first `count` of [#waiting()] are in the log.
    void release(int count);
}
