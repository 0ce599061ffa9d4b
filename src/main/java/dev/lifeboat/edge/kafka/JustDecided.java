package dev.lifeboat.edge.kafka;

import dev.lifeboat.migration.JournalEvent;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What this process has just put into the journal, by its place there: whoever reads it back from the log takes it
/// from here and need not parse it again. What is not here any more is read from its bytes.
///
/// One thread puts, in the order of the log; one takes, going forward.
final class JustDecided {
    /// Of one partition: seconds of a storm. More would only wait for a reader that has fallen behind.
    static final int MOST = 16_384;

    private final Map<Integer, ArrayDeque<At>> events = new HashMap<>();

    private record At(long offset, JournalEvent event) {}

    synchronized void put(int partition, long offset, JournalEvent event) {
        var here = events.computeIfAbsent(partition, _ -> new ArrayDeque<>());
        here.addLast(new At(offset, event));
        if (here.size() > MOST) {
            here.removeFirst();
        }
    }

    /// Forgets what lies before it: what was rolled back is never asked for.
    ///
    /// @return null for what somebody else decided, or too long ago
    synchronized @Nullable JournalEvent take(int partition, long offset) {
        ArrayDeque<At> here = events.get(partition);
        if (here == null) {
            return null;
        }
        while (!here.isEmpty() && here.getFirst().offset() < offset) {
            here.removeFirst();
        }
        return !here.isEmpty() && here.getFirst().offset() == offset
                ? here.removeFirst().event()
                : null;
    }
}
