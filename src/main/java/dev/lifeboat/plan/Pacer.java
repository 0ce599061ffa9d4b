package dev.lifeboat.plan;

import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Finds the paces of one node: starts from the longest intervals, shortens where that empties the window most for
/// the traffic it costs, and leaves out what is worth least where both limits cannot be kept.
final class Pacer {
    private final Pacing pacing;
    private final List<Pace.Runner> runners;
    private final long allowed;
    private final double budget;
    private final Map<WorkloadId, Pace> paces = new HashMap<>();

    Pacer(Pacing pacing, List<Pace.Runner> runners) {
        this.pacing = pacing;
        this.runners = runners;
        this.allowed = pacing.allowed().toMillis();
        this.budget = pacing.budget().bytesPerSecond();
    }

    List<Pace> paces() {
        var kept = new ArrayList<PaceOptions>();
        for (Pace.Runner runner : runners) {
            var options = new PaceOptions(runner);
            if (options.transfer(0) > allowed) {
                options.move(0);
                refuse(Pace.Reason.RESIDUAL_TOO_LARGE, List.of(options), options);
            } else {
                kept.add(options);
            }
        }
        leaveOut(kept);
        kept.sort(Comparator.comparingDouble((PaceOptions one) -> one.runner().value())
                .reversed());
        for (PaceOptions one : kept) {
            paces.put(one.runner().workload(), settled(one, kept));
        }
        return runners.stream()
                .map(runner -> Objects.requireNonNull(paces.get(runner.workload())))
                .toList();
    }

    /// Until the rest keeps both limits.
    private void leaveOut(List<PaceOptions> kept) {
        boolean fits = false;
        while (!fits) {
            if (!fitWindow(kept)) {
                leaveOut(kept, Pace.Reason.WINDOW_SHARED, one -> one.transfer(0));
            } else if (traffic(kept) > budget) {
                leaveOut(kept, Pace.Reason.TRAFFIC_TOO_HIGH, one -> one.traffic(one.at()));
            } else {
                fits = true;
            }
        }
    }

    private void leaveOut(List<PaceOptions> kept, Pace.Reason reason, ToDoubleFunction<PaceOptions> cost) {
        PaceOptions least = kept.stream()
                .min(Comparator.comparingDouble(
                        one -> one.runner().value() / Math.max(cost.applyAsDouble(one), Double.MIN_NORMAL)))
                .orElseThrow();
        refuse(reason, kept, least);
        kept.remove(least);
    }

    private void refuse(Pace.Reason reason, List<PaceOptions> together, PaceOptions out) {
        WorkloadId workload = out.runner().workload();
        paces.put(
                workload,
                new Pace.CannotFit(
                        workload,
                        reason,
                        Duration.ofMillis(transfer(together)),
                        pacing.allowed(),
                        new ByteRate(traffic(together)),
                        pacing.budget()));
    }

    /// Sets the longest intervals at which all residuals fit into the window; the shortest where none do, and
    /// false then.
    private boolean fitWindow(List<PaceOptions> kept) {
        kept.forEach(one -> one.move(PaceOptions.LAST));
        long excess = transfer(kept) - allowed;
        while (excess > 0) {
            if (!shorten(kept, excess)) {
                kept.forEach(one -> one.move(0));
                return false;
            }
            excess = transfer(kept) - allowed;
        }
        kept.forEach(one -> lengthen(one, kept));
        return true;
    }

    /// Takes the one shortening, of any size, that empties the window most for a byte per second more.
    private static boolean shorten(List<PaceOptions> kept, long excess) {
        @Nullable PaceOptions best = null;
        int to = 0;
        double most = 0;
        for (PaceOptions one : kept) {
            for (int i = one.at() - 1; i >= 0; i--) {
                double cost = Math.max(1, one.traffic(i) - one.traffic(one.at()));
                double gain = Math.min(excess, one.transfer(one.at()) - one.transfer(i)) / cost;
                if (gain > most) {
                    best = one;
                    to = i;
                    most = gain;
                }
            }
        }
        if (best != null) {
            best.move(to);
        }
        return best != null;
    }

    /// Takes back what shortening overdid.
    private void lengthen(PaceOptions one, List<PaceOptions> kept) {
        long room = allowed - transfer(kept) + one.transfer(one.at());
        while (one.at() < PaceOptions.LAST && one.transfer(one.at() + 1) <= room) {
            one.move(one.at() + 1);
        }
    }

    /// Shortened to what Young and Daly advise, as far as the budget goes: that wins work back after a loss, while
    /// the window decides whether there is one.
    private Pace settled(PaceOptions one, List<PaceOptions> kept) {
        int advised = PaceOptions.notLongerThan(youngDaly(one.runner().roundCost()));
        Pace.Limit limit = one.at() == PaceOptions.LAST ? Pace.Limit.LONGEST : Pace.Limit.WINDOW;
        if (one.at() > advised) {
            double room = budget - traffic(kept) + one.traffic(one.at());
            int to = advised;
            while (to < one.at() && one.traffic(to) > room) {
                to++;
            }
            limit = to == advised ? Pace.Limit.YOUNG_DALY : Pace.Limit.TRAFFIC;
            one.move(to);
        }
        return new Pace.Every(one.runner().workload(), PaceOptions.interval(one.at()), limit, one.load());
    }

    /// √(2 δ · MTTF).
    private Duration youngDaly(Duration roundCost) {
        double millis = Math.sqrt(
                2.0 * roundCost.toMillis() * pacing.meanTimeToReclaim().toMillis());
        return Duration.ofMillis((long) millis);
    }

    private static long transfer(List<PaceOptions> all) {
        return all.stream().mapToLong(one -> one.transfer(one.at())).sum();
    }

    private static double traffic(List<PaceOptions> all) {
        return all.stream().mapToDouble(one -> one.traffic(one.at())).sum();
    }
}
