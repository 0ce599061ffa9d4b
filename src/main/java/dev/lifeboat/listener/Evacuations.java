package dev.lifeboat.listener;

import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import java.util.Collection;
import java.util.Map;

/// What the orchestrator's journal says of evacuations.
public interface Evacuations {
    /// How things stand for each notice; `UNDECIDED` for all that cannot be told. Does not throw.
    Map<NoticeId, Evacuation> of(Collection<Notice> notices);
}
