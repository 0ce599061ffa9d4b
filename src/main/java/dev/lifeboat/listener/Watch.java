package dev.lifeboat.listener;

import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Remembers what one pollable thing announces, so that a notice that is gone from it becomes a withdrawal.
///
/// One look that does not show it is not enough: metadata services answer 404 for a moment while they restart.
/// Belongs to the one thread that polls.
public final class Watch {
    private final int looksUntilGone;
    private final Map<NoticeId, Missing> announced = new LinkedHashMap<>();

    /// @param looksUntilGone looks in a row without a notice before it counts as withdrawn; at least 1
    public Watch(int looksUntilGone) {
        if (looksUntilGone < 1) {
            throw new IllegalArgumentException("a notice cannot be gone after " + looksUntilGone + " looks");
        }
        this.looksUntilGone = looksUntilGone;
    }

    /// What one look showed: every notice that stands now, none when there is none.
    ///
    /// @return the same notices, and a withdrawal of each that is gone
    public List<Notice> saw(List<Notice> standing, Instant now) {
        var words = new ArrayList<>(standing);
        announced.values().removeIf(missing -> {
            if (standing.stream().anyMatch(notice -> notice.id().equals(missing.notice.id()))) {
                missing.looks = 0;
                return false;
            }
            missing.looks++;
            if (missing.looks < looksUntilGone) {
                return false;
            }
            words.add(withdrawal(missing.notice, now));
            return true;
        });
        standing.forEach(notice -> announced.computeIfAbsent(notice.id(), _ -> new Missing(notice)));
        return words;
    }

    /// Takes up what an earlier life of ours announced: what the next looks do not show is withdrawn like any other.
    public void recall(List<Notice> said) {
        said.forEach(notice -> announced.computeIfAbsent(notice.id(), _ -> new Missing(notice)));
    }

    /// What was seen and has not been withdrawn, in order of appearance.
    public List<Notice> announced() {
        return announced.values().stream().map(missing -> missing.notice).toList();
    }

    /// Takes a notice back. Its id follows from what it takes back and when, so that it may happen twice.
    public static Notice.Withdrawal withdrawal(Notice notice, Instant now) {
        NoticeId id = NoticeId.of("withdrawal", notice.id().value(), now.toString());
        return new Notice.Withdrawal(id, notice.node(), notice.source(), now, notice.id());
    }

    private static final class Missing {
        private final Notice notice;
        private int looks;

        private Missing(Notice notice) {
            this.notice = notice;
        }
    }
}
