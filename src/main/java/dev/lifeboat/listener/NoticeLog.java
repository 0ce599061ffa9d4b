package dev.lifeboat.listener;

import dev.lifeboat.notice.Notice;
import java.util.List;

/// Where notices go, in order per node.
public interface NoticeLog {
    /// Returns once every notice is durable.
    ///
    /// @throws LogUnreachable when that cannot be said within the log's own time limit; some may be durable all the
    ///     same
    void append(List<Notice> notices);
}
