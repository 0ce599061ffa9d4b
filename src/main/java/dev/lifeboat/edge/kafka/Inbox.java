package dev.lifeboat.edge.kafka;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// What has come in and waits to be decided on while something else is being made durable. All of it is taken at once,
/// so that the busier it gets the more goes into one transaction; and what somebody says is taken before what only time
/// calls for.
///
/// Ticks ask what is so, not what has happened: of several for one partition the newest does for all, and while notices
/// and reports wait a tick's work, which may be the plans of many nodes, is done once a second, a part of it at a time,
/// behind what was said and in its transaction: each costs the broker more than many of its records.
final class Inbox implements AutoCloseable {
    /// Beyond, whoever polls waits, and the broker keeps the rest.
    private static final int MOST_WAITING = 1_000;

    /// A doomed node's plan takes some milliseconds: the first of a batch must not wait long for the last.
    private static final int MOST_AT_ONCE = 64;

    /// What a tick may wait for while others speak.
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    /// Of the ticks that wait, one in so many is taken at a time.
    private static final int PART = 4;

    private final InstantSource clock;
    private final ArrayDeque<ConsumerRecord<byte[], byte[]>> said = new ArrayDeque<>();

    /// The newest of each partition, the longest waiting partition first.
    private final Map<Integer, ConsumerRecord<byte[], byte[]>> ticks = new LinkedHashMap<>();

    private final Map<Integer, Instant> waitsSince = new HashMap<>();
    private int generation;
    private boolean closed;

    Inbox(InstantSource clock) {
        this.clock = clock;
    }

    /// @param words how many of them are no ticks; these come first
    /// @param generation of the consumer's group when they were polled
    record Taken(List<ConsumerRecord<byte[], byte[]>> records, int words, int generation) {
        Taken {
            records = List.copyOf(records);
        }
    }

    /// Returns once there is room. What another generation left is forgotten: it was not committed and comes again.
    synchronized void put(Iterable<ConsumerRecord<byte[], byte[]>> records, int polledIn) throws InterruptedException {
        if (polledIn != generation) {
            said.clear();
            ticks.clear();
            waitsSince.clear();
            generation = polledIn;
        }
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (record.topic().equals(Topics.TICKS)) {
                ticks.put(record.partition(), record);
                waitsSince.putIfAbsent(record.partition(), clock.instant());
            } else {
                said.add(record);
            }
        }
        notifyAll();
        while (said.size() > MOST_WAITING && !closed) {
            wait();
        }
    }

    /// Waits until there is something; empty once this is closed.
    synchronized Optional<Taken> take() throws InterruptedException {
        while (said.isEmpty() && ticks.isEmpty() && !closed) {
            wait();
        }
        if (closed) {
            return Optional.empty();
        }
        boolean timed = said.isEmpty() || isOverdue();
        List<ConsumerRecord<byte[], byte[]>> taken = takeSaid();
        int words = taken.size();
        if (timed) {
            taken.addAll(takeTicks());
        }
        notifyAll();
        return Optional.of(new Taken(taken, words, generation));
    }

    /// Returns once a whole batch waits, or after `most`, or when this is closed.
    synchronized void gather(Duration most) throws InterruptedException {
        long until = System.nanoTime() + most.toNanos();
        for (long left = most.toNanos();
                left > 0 && said.size() < MOST_AT_ONCE && !closed;
                left = until - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    /// Nobody waits any more.
    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }

    private boolean isOverdue() {
        Instant since = ticks.isEmpty()
                ? Instant.MAX
                : waitsSince.getOrDefault(ticks.keySet().iterator().next(), Instant.MAX);
        return since.isBefore(clock.instant().minus(LONGEST_WAIT));
    }

    private List<ConsumerRecord<byte[], byte[]>> takeTicks() {
        int count = (ticks.size() + PART - 1) / PART;
        List<ConsumerRecord<byte[], byte[]>> taken =
                ticks.values().stream().limit(count).toList();
        taken.forEach(tick -> {
            ticks.remove(tick.partition());
            waitsSince.remove(tick.partition());
        });
        return taken;
    }

    private List<ConsumerRecord<byte[], byte[]>> takeSaid() {
        var taken = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        while (!said.isEmpty() && taken.size() < MOST_AT_ONCE) {
            taken.add(said.removeFirst());
        }
        return taken;
    }
}
