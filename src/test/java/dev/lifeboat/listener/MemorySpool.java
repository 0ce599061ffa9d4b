package dev.lifeboat.listener;

import dev.lifeboat.notice.Notice;
import java.util.ArrayList;
import java.util.List;

/// A spool that forgets with the process.
public final class MemorySpool implements Spool {
    private final int room;
    private final List<Notice> kept = new ArrayList<>();

    public MemorySpool(int room) {
        this.room = room;
    }

    @Override
    public synchronized boolean keep(List<Notice> notices) {
        if (kept.size() + notices.size() > room) {
            return false;
        }
        return kept.addAll(notices) || notices.isEmpty();
    }

    @Override
    public synchronized List<Notice> waiting() {
        return List.copyOf(kept);
    }

    @Override
    public synchronized void release(int count) {
        kept.subList(0, count).clear();
    }
}
