package dev.lifeboat.orchestrator;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.Migration.AtRisk;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.MigrationEvent.BackgroundNoted;
import dev.lifeboat.migration.MigrationEvent.MigrationBegun;
import dev.lifeboat.migration.MigrationEvent.NoDestinationFound;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.Reclaim;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The state of one partition: a fold of its journal and of nothing else. [#replay] is the only mutation.
///
/// A node whose machine was taken long ago, or whose notices were all withdrawn long ago, is forgotten with a notice
/// soon after, once everything about it is closed: so its size goes by what is going on, not by the journal.
public final class Evacuations {
    /// Between two searches for what is past, by the journal's own time: with thousands of nodes each takes a while,
    /// and notices of all of them may come at once.
    private static final Duration SWEEP = Duration.ofMinutes(1);

    private final Map<NodeName, Reclaim> reclaims = new LinkedHashMap<>();
    private final Map<MigrationId, Migration> migrations = new LinkedHashMap<>();
    private final Map<MigrationId, NoDestinationFound> heldUp = new HashMap<>();
    private final Map<MigrationId, BackgroundNoted> backgrounds = new HashMap<>();
    private final Map<NodeName, Instant> lastMoved = new HashMap<>();
    private final Set<MigrationId> past = new HashSet<>();

    private final Register register = new Register();

    private Instant sweptAt = Instant.MIN;
    private long moves;

    /// Applies one event, live or from the journal: the same code for both.
    ///
    /// @throws IllegalStateException when the journal cannot have come about: the partition must stop
    public void replay(JournalEvent event) {
        moves++;
        switch (event) {
            case JournalEvent.NoticeAccepted accepted -> accept(accepted.notice(), accepted.at());
            case JournalEvent.NoticeSetAside _, JournalEvent.OfPlan _ -> {}
            case MigrationBegun begun -> begin(begun);
            case MigrationEvent moved -> move(moved);
        }
    }

    /// Grows with every event: what was worked out from the state holds while this stays the same.
    long moves() {
        return moves;
    }

    public @Nullable Migration migration(MigrationId id) {
        return migrations.get(id);
    }

    /// Why the migration last had nowhere to go; null once it has moved on.
    @Nullable
    NoDestinationFound heldUp(MigrationId id) {
        return heldUp.get(id);
    }

    /// The newest complete checkpoint from while it ran on; null where there is none.
    @Nullable
    BackgroundNoted background(MigrationId id) {
        return backgrounds.get(id);
    }

    /// Whether it ended under words that were taken back: of those that have come since it says nothing.
    boolean isPast(MigrationId id) {
        return past.contains(id);
    }

    /// The same workload off the same node under another word of the same reclaim.
    List<Migration> twins(Migration migration) {
        return of(migration.subject().home()).stream()
                .filter(other -> !other.id().equals(migration.id()) && !isPast(other.id()))
                .filter(other ->
                        other.subject().workload().equals(migration.subject().workload()))
                .toList();
    }

    public @Nullable Reclaim reclaim(NodeName node) {
        return reclaims.get(node);
    }

    public Collection<Migration> migrations() {
        return Collections.unmodifiableCollection(migrations.values());
    }

    public Collection<Reclaim> reclaims() {
        return Collections.unmodifiableCollection(reclaims.values());
    }

    /// In order of their beginning.
    public List<Migration> of(NodeName home) {
        return register.of(home);
    }

    /// Whether a workload is at risk: then a second is long.
    public boolean isPressed() {
        return !register.atRisk().isEmpty();
    }

    /// In order of opening.
    Collection<AtRisk> atRisk() {
        return register.atRisk();
    }

    /// Which of a workload's migrations off this node the next one is, from 1.
    int turn(NodeName home, WorkloadId workload) {
        return 1
                + (int) of(home).stream()
                        .filter(migration -> migration.subject().workload().equals(workload))
                        .count();
    }

    /// The name of the next one. An agent that acted alone, twice under the same word, may be ahead of the count.
    MigrationId next(Reclaim reclaim, WorkloadId workload) {
        int turn = turn(reclaim.node(), workload);
        MigrationId next = MigrationId.of(reclaim.id(), workload, turn);
        while (migrations.containsKey(next)) {
            turn++;
            next = MigrationId.of(reclaim.id(), workload, turn);
        }
        return next;
    }

    /// All that is not closed, in order of opening.
    Collection<Migration> open() {
        return register.open();
    }

    Register register() {
        return register;
    }

    /// Whether the save may be ordered now.
    boolean turnHasCome(Migration.Waiting migration) {
        return register.turns().hasCome(migration, this);
    }

    /// Equal when the same has happened: what a replayed journal must give.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Evacuations that
                && reclaims.equals(that.reclaims)
                && migrations.equals(that.migrations)
                && heldUp.equals(that.heldUp)
                && backgrounds.equals(that.backgrounds)
                && past.equals(that.past);
    }

    @Override
    public int hashCode() {
        return Objects.hash(reclaims, migrations, heldUp, backgrounds, past);
    }

    @Override
    public String toString() {
        return reclaims.values() + " " + migrations.values();
    }

    private void accept(Notice notice, Instant at) {
        forget(at);
        lastMoved.put(notice.node(), at);
        Reclaim known = reclaims.get(notice.node());
        Reclaim after = Reclaim.fold(known, notice, at);
        reclaims.put(notice.node(), after);
        if (after.mustLeave() && (known == null || known.over(at) || !known.mustLeave())) {
            of(notice.node()).stream()
                    .filter(Migration.Closed.class::isInstance)
                    .map(Migration::id)
                    .forEach(past::add);
        }
    }

    private void forget(Instant now) {
        if (sweptAt.isAfter(now.minus(SWEEP))) {
            return;
        }
        sweptAt = now;
        var stale = reclaims.values().stream()
                .filter(reclaim -> reclaim.over(now) || !reclaim.mustLeave())
                .map(Reclaim::node)
                .filter(node -> lastMoved
                        .getOrDefault(node, Instant.EPOCH)
                        .plus(Reclaim.AFTERLIFE)
                        .isBefore(now))
                .filter(node -> of(node).stream().allMatch(Migration.Closed.class::isInstance))
                .toList();
        for (NodeName node : stale) {
            reclaims.remove(node);
            lastMoved.remove(node);
            of(node).forEach(migration -> {
                migrations.remove(migration.id());
                heldUp.remove(migration.id());
                backgrounds.remove(migration.id());
                past.remove(migration.id());
            });
            register.forget(node);
        }
    }

    private void begin(MigrationBegun event) {
        lastMoved.put(event.subject().home(), event.at());
        Migration begun = Migration.begin(event);
        if (migrations.putIfAbsent(event.migration(), begun) != null) {
            throw new IllegalStateException("migration " + event.migration() + " began twice");
        }
        register.moved(null, begun);
    }

    private void move(MigrationEvent event) {
        Migration from = migrations.get(event.migration());
        if (from == null) {
            throw new IllegalStateException("migration " + event.migration() + " moved before it began");
        }
        Migration to = from.replay(event);
        migrations.put(event.migration(), to);
        if (event instanceof BackgroundNoted noted) {
            backgrounds.put(event.migration(), noted);
        }
        if (event instanceof NoDestinationFound why) {
            heldUp.put(event.migration(), why);
        } else if (!(event instanceof MigrationEvent.SourceReleased)) {
            heldUp.remove(event.migration());
        }
        lastMoved.put(from.subject().home(), event.at());
        register.moved(from, to);
    }
}
