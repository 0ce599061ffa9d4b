package dev.lifeboat.listener;

import java.util.ArrayList;
import java.util.List;

/// Dead letters in memory.
public final class MemoryDeadLetterLog implements DeadLetterLog {
    private final List<DeadLetter> appended = new ArrayList<>();

    @Override
    public synchronized void append(DeadLetter letter) {
        appended.add(letter);
    }

    public synchronized List<DeadLetter> appended() {
        return List.copyOf(appended);
    }
}
