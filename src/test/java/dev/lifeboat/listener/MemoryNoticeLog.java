package dev.lifeboat.listener;

import dev.lifeboat.notice.Notice;
import java.util.ArrayList;
import java.util.List;

/// A log in memory that can be cut off.
public final class MemoryNoticeLog implements NoticeLog {
    private final List<Notice> appended = new ArrayList<>();
    private boolean cutOff;

    @Override
    public synchronized void append(List<Notice> notices) {
        if (cutOff) {
            throw new LogUnreachable("cut off by the test", new IllegalStateException("cut off"));
        }
        appended.addAll(notices);
    }

    public synchronized List<Notice> appended() {
        return List.copyOf(appended);
    }

    public synchronized void cutOff() {
        cutOff = true;
    }

    public synchronized void reconnect() {
        cutOff = false;
    }
}
