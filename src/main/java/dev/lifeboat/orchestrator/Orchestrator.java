package dev.lifeboat.orchestrator;

import static java.util.Objects.requireNonNull;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.notice.NodeName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/// Decides for one partition. Its owner feeds it the journal first ([#replay]), then one input after another ([#step]),
/// and makes each step durable before the next: events and orders together with the input's offset, or none of them.
///
/// One thread; no clock, no I/O, no chance.
public final class Orchestrator {
    /// A migration that moves more often than this on one input goes in circles: a bug.
    private static final int MOST_MOVES = 16;

    /// What one input led to.
    ///
    /// @param events to append to the journal, in this order; often empty
    /// @param orders to send, in this order
    /// @param standing orders for nodes that nothing threatens yet
    public record Step(List<JournalEvent> events, List<Order> orders, List<StandingOrders> standing) {
        public Step {
            events = List.copyOf(events);
            orders = List.copyOf(orders);
            standing = List.copyOf(standing);
        }
    }

    private static final Step NOTHING = new Step(List.of(), List.of(), List.of());

    private final Evacuations state = new Evacuations();
    private final Reminders reminders = new Reminders();
    private final Attention attention = new Attention();
    private final Plans plans;
    private final Intake intake;
    private final Foresight foresight;
    private final Clockwork clockwork;

    /// For all nodes that there are.
    public Orchestrator(Limits limits, Planner planner) {
        this(limits, planner, _ -> true);
    }

    /// @param ours which nodes belong to this partition
    public Orchestrator(Limits limits, Planner planner, Predicate<NodeName> ours) {
        plans = new Plans(limits, planner);
        intake = new Intake(plans);
        foresight = new Foresight(limits, planner, ours);
        clockwork = new Clockwork(limits);
    }

    /// The state; to be read only.
    public Evacuations state() {
        return state;
    }

    public void replay(JournalEvent event) {
        state.replay(event);
    }

    /// Decides, and moves the state by its own decision: what is returned has been replayed already. When it cannot be
    /// made durable, this orchestrator is to be thrown away and another one read from the journal.
    ///
    /// A word about one node moves that node's migrations; what it changes for others waits for the next tick.
    public Step step(Input input, View view, Instant now) {
        if (input instanceof Input.Told(dev.lifeboat.notice.Notice.Canary canary)) {
            // Not journalled: it changes nothing, and the journal is kept for ever.
            return new Step(
                    List.of(),
                    List.of(new Order.Echo(canary.node(), canary.id(), canary.receivedAt(), now)),
                    List.of());
        }
        var events = new ArrayList<JournalEvent>();
        apply(on(input, view, now), events);
        return switch (input) {
            case Input.Ticked _ -> {
                settle(attention.due(state, now), view, now, events);
                // What only waits for its turn owes nothing.
                List<Order> owed = owed(state.register().busy());
                yield new Step(events, reminders.allDue(owed, now), foresight.due(state, view, now));
            }
            case Input.Told told -> step(told.notice().node(), view, now, events);
            case Input.Heard heard -> step(heard.report().order().home(), view, now, events);
        };
    }

    private Step step(NodeName home, View view, Instant now, List<JournalEvent> events) {
        if (events.isEmpty()) {
            return NOTHING;
        }
        settle(state.of(home), view, now, events);
        return new Step(events, reminders.due(owed(state.of(home)), now), List.of());
    }

    private static List<Order> owed(Collection<Migration> migrations) {
        var owed = new ArrayList<Order>();
        migrations.forEach(migration -> owed.addAll(migration.owed()));
        return owed;
    }

    private List<? extends JournalEvent> on(Input input, View view, Instant now) {
        return switch (input) {
            case Input.Told told -> intake.on(told.notice(), state, view, now);
            case Input.Heard heard -> {
                Migration migration = state.migration(heard.report().migration());
                if (migration == null) {
                    yield heard.report() instanceof Report.ActedAlone alone
                            ? intake.alone(alone, state, view, now)
                            : List.of();
                }
                if (heard.report() instanceof Report.SaveProgress progress) {
                    plans.heard(progress);
                }
                yield Answers.to(heard.report(), migration, Keeping.of(migration, state), now);
            }
            case Input.Ticked _ -> plans.tick(state, view, now);
        };
    }

    /// Moves each as far as the facts allow.
    private void settle(List<Migration> migrations, View view, Instant now, List<JournalEvent> events) {
        for (Migration migration : migrations) {
            int moves = 0;
            Migration current = requireNonNull(state.migration(migration.id()));
            while (apply(clockwork.next(current, state, view, now), events)) {
                current = requireNonNull(state.migration(migration.id()));
                if (++moves > MOST_MOVES) {
                    throw new IllegalStateException("migration " + migration.id() + " goes in circles: " + current);
                }
            }
        }
    }

    private boolean apply(List<? extends JournalEvent> decided, List<JournalEvent> events) {
        decided.forEach(state::replay);
        events.addAll(decided);
        return !decided.isEmpty();
    }
}
