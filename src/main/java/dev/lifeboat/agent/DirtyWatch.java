package dev.lifeboat.agent;

import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.estimate.Observation;
import dev.lifeboat.quantity.ByteCount;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Measures how fast running memory changes: a sample of pages is copied once and compared at growing ages. The samples
/// of one window are nested, as the forecast's curve wants them, and nothing is written or reset in the workload.
///
/// With n pages in the sample a share p is known to ± √(p(1−p)/n): of 2,048 pages, a percentage point. Growth counts
/// as change.
public final class DirtyWatch {
    /// The curve's knots that fit into half a minute; longer ones come from background rounds.
    public static final List<Duration> AGES = List.of(
            Duration.ofMillis(200),
            Duration.ofMillis(600),
            Duration.ofMillis(1_400),
            Duration.ofSeconds(3),
            Duration.ofSeconds(6),
            Duration.ofSeconds(12),
            Duration.ofSeconds(25));

    private static final int SAMPLE_PER_GIBIBYTE = 2_048;
    private static final int SMALLEST_SAMPLE = 512;

    /// 32 MiB of copies; 4 GiB and more share it.
    private static final int LARGEST_SAMPLE = 8_192;

    /// Spreads the sample evenly yet in no step with the workload's own structures.
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    private static final int PAGE = Extent.PAGE_SIZE;

    private final LiveMemory memory;
    private final Gauge gauge;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(PAGE);

    public DirtyWatch(LiveMemory memory, Gauge gauge) {
        this.memory = memory;
        this.gauge = gauge;
    }

    /// Where the clock of the observations comes from; see [Observation#at].
    @FunctionalInterface
    public interface Clock {
        Instant now();
    }

    /// One window over all of them at once; returns what was seen until it was through or stopped.
    ///
    /// @param stop released when something more important comes
    public List<Observation> window(List<Evacuee> evacuees, Clock clock, CountDownLatch stop)
            throws InterruptedException {
        var samples = new ArrayList<Sample>();
        for (Evacuee evacuee : evacuees) {
            if (stop.getCount() > 0) {
                samples.add(new Sample(evacuee));
            }
        }
        var seen = new ArrayList<Observation>();
        for (Duration age : AGES) {
            Duration due = samples.stream()
                    .map(sample -> sample.taken)
                    .max(Duration::compareTo)
                    .orElse(Duration.ZERO)
                    .plus(age);
            if (samples.isEmpty() || stop.await(due.minus(gauge.elapsed()).toNanos(), TimeUnit.NANOSECONDS)) {
                break;
            }
            samples.removeIf(sample -> !sample.look(clock, seen));
        }
        return seen;
    }

    private static List<Extent> present(LiveMemory.View view) {
        return view.windows().stream()
                .flatMap(window -> view.present(window).stream())
                .toList();
    }

    private static long pages(List<Extent> extents) {
        return extents.stream().mapToLong(Extent::pages).sum();
    }

    /// Copies of some of a workload's pages.
    private final class Sample {
        private final Evacuee evacuee;
        private final Duration taken;
        private final long present;
        private final List<Extent> pages;
        private final ByteBuffer copies;

        Sample(Evacuee evacuee) {
            this.evacuee = evacuee;
            try (var view = memory.view(evacuee.pid())) {
                List<Extent> extents = DirtyWatch.present(view);
                this.present = DirtyWatch.pages(extents);
                this.pages = pick(extents, present);
                this.copies = ByteBuffer.allocateDirect(pages.size() * PAGE);
                for (int i = 0; i < pages.size(); i++) {
                    view.read(pages.get(i), copies.slice(i * PAGE, PAGE));
                }
            }
            this.taken = gauge.elapsed();
        }

        private static List<Extent> pick(List<Extent> extents, long present) {
            long wanted = Math.clamp((present * PAGE * SAMPLE_PER_GIBIBYTE) >> 30, SMALLEST_SAMPLE, LARGEST_SAMPLE);
            int count = (int) Math.min(wanted, present);
            var picked = new ArrayList<Extent>(count);
            long passed = 0;
            int next = 0;
            for (Extent extent : extents) {
                while (next < count) {
                    double jitter = next * GOLDEN % 1;
                    long page = (long) ((next + jitter) * present / count) - passed;
                    if (page >= extent.pages()) {
                        break;
                    }
                    picked.add(new Extent(extent.owner(), extent.startAddress() + page * PAGE, 1));
                    next++;
                }
                passed += extent.pages();
            }
            return picked;
        }

        /// @return whether it is still there
        boolean look(Clock clock, List<Observation> seen) {
            try (var view = memory.view(evacuee.pid())) {
                long now = DirtyWatch.pages(DirtyWatch.present(view));
                if (now == 0 || pages.isEmpty()) {
                    return false;
                }
                Duration age = gauge.elapsed().minus(taken);
                double share = (double) changed(view) / pages.size();
                long dirty = Math.round(share * present) + Math.max(0, now - present);
                seen.add(new Observation.Dirtied(clock.now(), evacuee.workload(), age, new ByteCount(dirty * PAGE)));
                return true;
            }
        }

        /// A page that is there no more is nothing that a save would carry.
        private int changed(LiveMemory.View view) {
            int changed = 0;
            for (int i = 0; i < pages.size(); i++) {
                boolean there = view.read(pages.get(i), scratch.clear()) == 1;
                if (there && scratch.mismatch(copies.slice(i * PAGE, PAGE)) >= 0) {
                    changed++;
                }
            }
            return changed;
        }
    }
}
