package dev.lifeboat.plan;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The intervals that one workload could be given, with what each of them leaves and sends.
final class PaceOptions {
    /// The bounds of a policy's `preDump.every`.
    private static final Duration SHORTEST = Duration.ofSeconds(10);

    private static final Duration LONGEST = Duration.ofHours(24);

    /// From one interval to the next: finer than any dirty curve is known.
    private static final double STEP = Math.pow(2, 1.0 / 8);

    private static final int COUNT =
            1 + (int) Math.ceil(Math.log((double) LONGEST.toMillis() / SHORTEST.toMillis()) / Math.log(STEP));

    static final int LAST = COUNT - 1;

    private final Pace.Runner runner;
    private final Pace.Load[] loads = new Pace.Load[COUNT];

    /// Its place among the intervals; starts at the longest.
    private int at = LAST;

    PaceOptions(Pace.Runner runner) {
        this.runner = runner;
        for (int i = 0; i < COUNT; i++) {
            loads[i] = atLeast(i == 0 ? null : loads[i - 1], runner.curve().after(interval(i)));
        }
    }

    /// A calibrated bound may dip where more is carried, since long transfers scatter less; a longer interval is never
    /// believed to leave less.
    private static Pace.Load atLeast(Pace.@Nullable Load before, Pace.Load load) {
        return before == null
                ? load
                : new Pace.Load(
                        before.wire().compareTo(load.wire()) > 0 ? before.wire() : load.wire(),
                        before.transfer().compareTo(load.transfer()) > 0 ? before.transfer() : load.transfer());
    }

    Pace.Runner runner() {
        return runner;
    }

    static Duration interval(int index) {
        double millis = SHORTEST.toMillis() * Math.pow(STEP, index);
        return Duration.ofMillis(Math.min(LONGEST.toMillis(), (long) millis));
    }

    int at() {
        return at;
    }

    void move(int index) {
        at = index;
    }

    Pace.Load load() {
        return loads[at];
    }

    long transfer(int index) {
        return Millis.ceiling(loads[index].transfer());
    }

    double traffic(int index) {
        return loads[index].wire().bytes() / (interval(index).toMillis() / 1e3);
    }

    /// The last step that is no longer than a duration, the shortest where none is.
    static int notLongerThan(Duration duration) {
        int index = 0;
        while (index < LAST && interval(index + 1).compareTo(duration) <= 0) {
            index++;
        }
        return index;
    }
}
