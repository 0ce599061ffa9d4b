package dev.lifeboat.edge.kubernetes.picture;

import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What is to be written, each thing once however often it changes meanwhile; what waits longest comes first. A thing
/// that was just taken rests for a while, so that one that changes all the time costs one write per rest. For any
/// thread.
final class Backlog<K> {
    private final long restNanos;
    private final DelayQueue<Waiting<K>> queue = new DelayQueue<>();
    private final Set<K> waiting = new HashSet<>();

    /// In the order in which they end.
    private final Map<K, Long> rests = new LinkedHashMap<>();

    private record Waiting<K>(K key, long dueNanos) implements Delayed {
        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(dueNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return other instanceof Waiting<?> that
                    ? Long.signum(dueNanos - that.dueNanos)
                    : Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }

    Backlog(Duration rest) {
        restNanos = rest.toNanos();
    }

    synchronized void add(K key) {
        if (waiting.add(key)) {
            long now = System.nanoTime();
            queue.add(new Waiting<>(key, rests.getOrDefault(key, now)));
        }
    }

    synchronized int size() {
        return waiting.size();
    }

    /// Null when nothing is due in time.
    @Nullable
    K take(Duration atMost) throws InterruptedException {
        Waiting<K> next = queue.poll(atMost.toNanos(), TimeUnit.NANOSECONDS);
        if (next == null) {
            return null;
        }
        synchronized (this) {
            waiting.remove(next.key());
            long now = System.nanoTime();
            rests.remove(next.key());
            rests.put(next.key(), now + restNanos);
            Iterator<Long> over = rests.values().iterator();
            while (over.hasNext() && over.next() - now <= 0) {
                over.remove();
            }
        }
        return next.key();
    }

    synchronized void clear() {
        queue.clear();
        waiting.clear();
        rests.clear();
    }
}
