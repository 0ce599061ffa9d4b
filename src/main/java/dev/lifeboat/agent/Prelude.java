package dev.lifeboat.agent;

import dev.lifeboat.agent.CheckpointStore.Size;
import dev.lifeboat.agent.CheckpointStore.Taken;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.estimate.Observation;
import dev.lifeboat.estimate.Stage;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.Footprint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// The rounds of a save before its freeze: the workload runs on, and each leaves less for the final dump.
///
/// They win time only for the workload, never for the save, so everything cuts them off: an order that
/// asks for fewer, the moment that the order names, a store or a dumper that fails. What was read by
/// then is sent to its end, and need not be sent again.
final class Prelude {
    private final Order.Save order;
    private final Station station;
    private final CountDownLatch cut = new CountDownLatch(1);
    private volatile int wanted;
    private final AtomicInteger made = new AtomicInteger();
    private volatile boolean underWay;
    private volatile Taken before = new Taken(ByteCount.ZERO, ByteCount.ZERO, ByteCount.ZERO, Duration.ZERO);

    Prelude(Order.Save order, Station station) {
        this.order = order;
        this.station = station;
        this.wanted = order.rounds();
    }

    /// Returns when the workload is to be frozen.
    void run(Evacuee evacuee) throws InterruptedException {
        underWay = true;
        try {
            while (made.get() < wanted && !isCut() && round(evacuee)) {
                made.incrementAndGet();
                station.report(progress(new Size(ByteCount.ZERO, ByteCount.ZERO), Duration.ZERO));
            }
        } finally {
            underWay = false;
        }
    }

    private boolean round(Evacuee evacuee) throws InterruptedException {
        Copied copied = station.rounds().now(evacuee, cut);
        Taken taken = copied.taken();
        before = new Taken(
                before.pages(),
                before.fresh(),
                before.stored().plus(taken.stored()),
                before.sending().plus(taken.sending()));
        station.uplink().observe(taken.stored(), taken.sending());
        Instant now = station.now();
        var learned = new ArrayList<>(copied.observations(now));
        if (copied.whole()) {
            learned.add(overhead(copied, now));
        }
        if (!learned.isEmpty()) {
            station.report(new Report.Measured(order.node(), now, learned));
        }
        return copied.whole();
    }

    /// What is not sending.
    private static Observation overhead(Copied copied, Instant now) {
        Footprint footprint = copied.workload().footprint();
        Duration spent = copied.took().minus(copied.taken().sending());
        return new Observation.Overhead(
                now,
                Stage.PRE_DUMP,
                footprint.resident().bytes() / Extent.PAGE_SIZE,
                footprint.tasks(),
                spent.isNegative() ? Duration.ZERO : spent);
    }

    /// The order has come again; from any thread.
    void adjust(Order.Save again) {
        wanted = Math.min(wanted, again.rounds());
        if (wanted <= made.get()) {
            cutOff();
        }
    }

    /// The round under way reads no further, and none begins; from any thread.
    private void cutOff() {
        cut.countDown();
    }

    /// The save is taken back: what is on its way is given up, too; from any thread.
    void abort() {
        cutOff();
        if (underWay) {
            station.rounds().cutOff();
        }
    }

    /// Also looks at the clock.
    private boolean isCut() {
        Instant freezeBy = order.freezeBy();
        if (freezeBy != null && !station.now().isBefore(freezeBy)) {
            cut.countDown();
        }
        return cut.getCount() == 0;
    }

    /// Rounds that were made.
    int made() {
        return made.get();
    }

    /// How far the round under way is; empty when there is none. Cuts it off when its time has come.
    List<Report> progress() {
        if (!underWay) {
            return List.of();
        }
        isCut();
        Taken now = station.rounds().taken();
        return List.of(progress(new Size(now.pages(), now.stored()), now.sending()));
    }

    /// @param size of the stage that is under way
    /// @param sending likewise
    Report.SaveProgress progress(Size size, Duration sending) {
        return new Report.SaveProgress(
                order.node(),
                station.now(),
                order.id(),
                size.pages(),
                before.stored().plus(size.stored()),
                before.sending().plus(sending),
                made.get());
    }
}
