package dev.lifeboat.orchestrator;

import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.SaveFailure;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteCount;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/// One save as an agent makes it, by arithmetic: rounds and the final dump carry bytes over a link, and
/// what runs meanwhile writes on.
final class ModelledAgent {
    /// Of a round, and of the final dump, before the first byte.
    private static final double OVERHEAD = 0.3;

    private final NodeName node;
    private final DoubleUnaryOperator dirtied;
    private Order.Save order;
    private int wanted;
    private int made;
    private boolean frozen;
    private double pending;
    private double carried;
    private double inStage;
    private double sent;
    private double standing;
    private double sending;
    private boolean over;

    /// @param dirtied seconds to bytes
    ModelledAgent(NodeName node, Order.Save order, double memory, DoubleUnaryOperator dirtied) {
        this.node = node;
        this.order = order;
        this.dirtied = dirtied;
        this.wanted = order.rounds();
        this.pending = memory;
        this.frozen = wanted == 0;
    }

    void again(Order.Save order) {
        this.order = order;
        wanted = Math.min(wanted, order.rounds());
        if (!frozen && wanted <= made) {
            freeze(pending - carried + dirtied.applyAsDouble(inStage));
        }
    }

    private void freeze(double left) {
        frozen = true;
        next(left);
    }

    private void next(double left) {
        pending = left;
        carried = 0;
        inStage = 0;
    }

    /// @param rate bytes per second for these seconds
    List<Report.OfMigration> advance(double seconds, double rate, Instant now) {
        var reports = new ArrayList<Report.OfMigration>();
        Instant freezeBy = order.freezeBy();
        if (!frozen && freezeBy != null && !now.isBefore(freezeBy)) {
            freeze(pending - carried + dirtied.applyAsDouble(inStage));
        }
        if (!now.isBefore(order.deadline())) {
            over = true;
            return List.of(new Report.SaveFailed(node, now, order.id(), SaveFailure.TOO_LATE, "", true));
        }
        double flows = Math.max(0, seconds - Math.max(0, OVERHEAD - inStage));
        double moved = Math.min(flows * rate, pending - carried);
        inStage += seconds;
        carried += moved;
        sent += moved;
        sending += moved / rate;
        standing += frozen ? seconds : 0;
        if (carried >= pending) {
            ended(reports, now);
        } else {
            reports.add(progress(now));
        }
        return reports;
    }

    private void ended(List<Report.OfMigration> reports, Instant now) {
        if (frozen) {
            over = true;
            reports.add(new Report.Stored(
                    node, now, order.id(), order.checkpoint(), bytes(pending), bytes(sent), frozenTime(), made));
            return;
        }
        made++;
        double left = dirtied.applyAsDouble(inStage);
        next(left);
        frozen = made >= wanted;
        reports.add(progress(now));
    }

    private Report.SaveProgress progress(Instant now) {
        var duration = Duration.ofNanos((long) (sending * 1e9));
        return new Report.SaveProgress(node, now, order.id(), bytes(carried), bytes(sent), duration, made);
    }

    private static ByteCount bytes(double bytes) {
        return new ByteCount((long) bytes);
    }

    boolean isOver() {
        return over;
    }

    int rounds() {
        return made;
    }

    Duration frozenTime() {
        return Duration.ofNanos((long) (standing * 1e9));
    }
}
