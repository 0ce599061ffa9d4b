package dev.lifeboat.listener;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import java.util.List;
import java.util.Optional;

/// Port: what the log says already. A listener that starts anew learns from it what an earlier one said, and can take
/// back what has gone in the meantime.
public interface Memory {
    /// A listener that remembers nothing takes nothing back on an earlier one's account.
    Memory NONE = (_, _) -> Optional.of(List.of());

    /// What `source` said of the node and did not take back, in order of arrival.
    ///
    /// @return empty while the log has not been read to where it ended at the start: ask again
    Optional<List<Notice>> standing(NodeName node, String source);
}
