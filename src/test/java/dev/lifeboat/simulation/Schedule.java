package dev.lifeboat.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/// One seed, one clock, one order of events: the same seed gives the same run.
final class Schedule {
    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private record Due(Instant at, long sequence, Runnable action) {}

    private final PriorityQueue<Due> queue =
            new PriorityQueue<>(Comparator.comparing(Due::at).thenComparingLong(Due::sequence));
    private final SplittableRandom random;
    private Instant now = START;
    private long sequence;

    Schedule(long seed) {
        random = new SplittableRandom(seed);
    }

    Instant now() {
        return now;
    }

    Duration elapsed() {
        return Duration.between(START, now);
    }

    void after(Duration delay, Runnable action) {
        queue.add(new Due(now.plus(delay), sequence++, action));
    }

    /// After 1 ms to `mostMillis`, by chance.
    void soon(int mostMillis, Runnable action) {
        after(Duration.ofMillis(1 + random.nextInt(mostMillis)), action);
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    int pick(int bound) {
        return random.nextInt(bound);
    }

    /// Runs events up to `end`, and `check` after each.
    void run(Duration end, Runnable check) {
        while (!queue.isEmpty() && Duration.between(START, queue.peek().at()).compareTo(end) <= 0) {
            Due due = queue.remove();
            now = due.at();
            due.action().run();
            check.run();
        }
    }
}
