package dev.lifeboat.agent;

import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.OrderId;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Acts on the standing orders when a notice has come to this node and the log is out of reach.
///
/// What it did it says again and again until the orchestrator speaks of it: nobody else knows that it happened.
public final class Alone {
    /// By then somebody has looked into it.
    private static final Duration TELL_FOR = Duration.ofHours(1);

    /// Notices that were acted on, kept so as not to act twice; a node meets a handful in its life.
    private static final int MOST_NOTICES = 256;

    private final NodeName node;
    private final Consumer<Order> agent;
    private final LastOrders last;
    private final ReportLog reports;
    private final InstantSource clock;

    /// When each that was acted on had been received.
    private final Map<NoticeId, Instant> heeded = new LinkedHashMap<>();

    /// When each that was taken back was, last.
    private final Map<NoticeId, Instant> takenBack = new LinkedHashMap<>();

    private final Map<String, Report.ActedAlone> acts = new LinkedHashMap<>();

    /// @param agent that carries out what is decided here
    public Alone(Host host, Consumer<Order> agent, LastOrders last, Outside outside) {
        this.node = host.node();
        this.agent = agent;
        this.last = last;
        this.reports = outside.reports();
        this.clock = outside.clock();
        last.acts().forEach(act -> acts.put(act.order().key(), act));
    }

    /// What the world gives it.
    public record Outside(ReportLog reports, InstantSource clock) {}

    /// The newest plan for this node is kept; older ones come late, and are not.
    public synchronized void given(StandingOrders orders) {
        boolean older =
                last.read().filter(kept -> kept.version() >= orders.version()).isPresent();
        if (orders.node().equals(node) && !older) {
            last.keep(orders);
        }
    }

    /// Hears of a notice that the log does not have. Returns at once; hearing it again does nothing, unless it was
    /// taken back in between: then it is given anew. What waits for the log comes again and again.
    ///
    /// @return how many saves it began
    public synchronized int told(Notice notice) {
        if (!notice.node().equals(node) || isTakenBack(notice) || isHeeded(notice)) {
            return 0;
        }
        return switch (notice) {
            case Notice.Preemption _, Notice.Drain _ -> act(notice, StandingOrders.deadline(notice));
            case Notice.Withdrawal withdrawal -> {
                takeBack(withdrawal);
                yield 0;
            }
            case Notice.Advisory _, Notice.Death _, Notice.Canary _ -> 0;
        };
    }

    /// The orchestrator is back, and knows of this migration.
    public synchronized void ordered(Order order) {
        if (order instanceof Order.OfMigration of
                && acts.values().removeIf(act -> act.migration().equals(of.migration()))) {
            last.keepActs(List.copyOf(acts.values()));
        }
    }

    /// Says again what was done alone and was not answered; every quarter of a minute is enough.
    public void retell() {
        List<Report.ActedAlone> open;
        synchronized (this) {
            Instant now = clock.instant();
            if (acts.values().removeIf(act -> act.at().plus(TELL_FOR).isBefore(now))) {
                last.keepActs(List.copyOf(acts.values()));
            }
            open = List.copyOf(acts.values());
        }
        open.forEach(this::tell);
    }

    /// All that the plan names, also what does not run any more: it may have been saved by an earlier life of this
    /// agent, which did not come to say so.
    private int act(Notice notice, Instant deadline) {
        Instant now = clock.instant();
        StandingOrders orders = last.read().orElse(null);
        if (orders == null || deadline.isAfter(now.plus(StandingOrders.LEAD))) {
            return 0;
        }
        remember(heeded, notice.id(), notice.receivedAt());
        var begun = new ArrayList<Report.ActedAlone>();
        for (StandingOrders.Entry entry : orders.saves()) {
            Order.Save order = order(entry, notice, deadline);
            if (!acts.containsKey(order.key())) {
                var act = new Report.ActedAlone(
                        node, now, order.id(), order.workload(), notice, order.rounds(), entry.needs());
                acts.put(order.key(), act);
                begun.add(act);
            }
        }
        last.keepActs(List.copyOf(acts.values()));
        begun.forEach(this::tell);
        return begun.size();
    }

    private Order.Save order(StandingOrders.Entry entry, Notice notice, Instant deadline) {
        Order.Save order = entry.order(node, notice.id(), deadline);
        Report.ActedAlone act = acts.get(order.key());
        return act != null && isTakenBack(act.notice()) ? order(entry.again(), notice, deadline) : order;
    }

    private boolean isTakenBack(Notice notice) {
        return !notice.receivedAt().isAfter(takenBack.getOrDefault(notice.id(), Instant.MIN));
    }

    /// Since it was last taken back.
    private boolean isHeeded(Notice notice) {
        Instant before = heeded.get(notice.id());
        return before != null && before.isAfter(takenBack.getOrDefault(notice.id(), Instant.MIN));
    }

    /// The agent does an order once, and answers every repetition with what it last said.
    private void tell(Report.ActedAlone act) {
        reports.append(act);
        agent.accept(act.save());
    }

    private void takeBack(Notice.Withdrawal withdrawal) {
        Instant before = takenBack.getOrDefault(withdrawal.withdrawn(), Instant.MIN);
        if (!withdrawal.receivedAt().isAfter(before)) {
            return;
        }
        remember(takenBack, withdrawal.withdrawn(), withdrawal.receivedAt());
        for (Report.ActedAlone act : acts.values()) {
            if (act.notice().id().equals(withdrawal.withdrawn()) && isTakenBack(act.notice())) {
                Order.Save save = act.save();
                var id = new OrderId(
                        save.migration() + "/abort-1",
                        save.migration(),
                        save.id().home());
                agent.accept(new Order.Abort(id, node, save.workload(), save.checkpoint()));
            }
        }
    }

    private static void remember(Map<NoticeId, Instant> all, NoticeId notice, Instant at) {
        all.put(notice, at);
        if (all.size() > MOST_NOTICES) {
            all.remove(all.keySet().iterator().next());
        }
    }
}
