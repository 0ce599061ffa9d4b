package dev.lifeboat.notice;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Everything said about one node's end, folded into one effect: the same reclaim seen by the metadata service, by a
/// queue and as a taint is one reclaim, with the earliest deadline and all its sightings.
///
/// What the fold says does not depend on the order of arrival: a withdrawal that overtakes its notice still takes it
/// back, a notice seen twice counts once, and one seen again after its withdrawal is a new one: its time counts from
/// then, whatever its id.
///
/// @param id of the first notice; it stays, so that what is derived from it stays
/// @param sightings in order of arrival, at most [#MAX_SIGHTINGS]
/// @param takenBack what was withdrawn, and when
public record Reclaim(NoticeId id, NodeName node, List<Sighting> sightings, Map<NoticeId, Instant> takenBack) {
    /// More words than any set of sources has for one node; more is somebody's flood.
    public static final int MAX_SIGHTINGS = 64;

    /// A name heard again this long after its machine was taken is another machine.
    public static final Duration AFTERLIFE = Duration.ofHours(1);

    /// How bad it is, worst last.
    public enum Standing {
        /// Everything was withdrawn.
        CALM,
        /// Only reversible work is allowed.
        AT_RISK,
        /// Somebody empties the node.
        DRAINING,
        /// The cloud takes the machine.
        DOOMED,
        /// The machine is gone.
        DEAD
    }

    public Reclaim {
        sightings = List.copyOf(sightings);
        takenBack = Map.copyOf(takenBack);
    }

    public static Reclaim of(Notice first) {
        return new Reclaim(first.id(), first.node(), List.of(), Map.of()).with(first);
    }

    /// This reclaim once `notice` is known, too.
    public Reclaim with(Notice notice) {
        if (!notice.node().equals(node)) {
            throw new IllegalArgumentException("a notice of " + notice.node() + " in the reclaim of " + node);
        }
        return switch (notice) {
            case Notice.Withdrawal withdrawal -> without(withdrawal);
            case Notice.Preemption _, Notice.Drain _, Notice.Advisory _, Notice.Death _ -> seen(notice);
            case Notice.Canary _ -> this;
        };
    }

    /// The worst that still holds. Asked of thousands of nodes several times a second, hence no stream.
    public Standing standing() {
        Standing worst = Standing.CALM;
        for (Sighting sighting : sightings) {
            Standing its = standing(sighting.first());
            if (its.compareTo(worst) > 0 && holds(sighting)) {
                worst = its;
            }
        }
        return worst;
    }

    /// Whether its workloads must leave: somebody empties the node, takes it, or has taken it.
    public boolean mustLeave() {
        return switch (standing()) {
            case DRAINING, DOOMED, DEAD -> true;
            case CALM, AT_RISK -> false;
        };
    }

    /// Whether the machine that it spoke of is past: a name heard again this long after is another machine.
    public boolean over(Instant now) {
        return closesAt()
                .map(closesAt -> closesAt.plus(AFTERLIFE).isBefore(now))
                .orElse(false);
    }

    /// What is known once `notice` is, too; `known` counts no more when its machine is past.
    public static Reclaim fold(@Nullable Reclaim known, Notice notice, Instant now) {
        return known == null || known.over(now) ? of(notice) : known.with(notice);
    }

    /// When the cloud first said that it takes the machine, or that it has; empty while it did not.
    public Optional<Instant> takenAt() {
        return holding()
                .map(Sighting::first)
                .filter(notice -> notice instanceof Notice.Preemption || notice instanceof Notice.Death)
                .map(Notice::receivedAt)
                .min(Comparator.naturalOrder());
    }

    /// The earliest deadline that still holds; empty when nothing that holds names one.
    public Optional<Instant> closesAt() {
        Instant earliest = Instant.MAX;
        for (Sighting sighting : sightings) {
            Instant its = sighting.closesAt();
            if (its.isBefore(earliest) && holds(sighting)) {
                earliest = its;
            }
        }
        return earliest.equals(Instant.MAX) ? Optional.empty() : Optional.of(earliest);
    }

    /// What becomes of the machine, by the earliest preemption that still holds; empty without one.
    public Optional<Action> action() {
        return holding()
                .map(Sighting::first)
                .filter(Notice.Preemption.class::isInstance)
                .map(Notice.Preemption.class::cast)
                .min(Comparator.comparing(Notice.Preemption::closesAt).thenComparing(Notice.Preemption::action))
                .map(Notice.Preemption::action);
    }

    /// What was said and not taken back, in order of arrival.
    public List<Notice> standingWords() {
        return holding().map(Sighting::first).toList();
    }

    private Stream<Sighting> holding() {
        return sightings.stream().filter(this::holds);
    }

    private boolean holds(Sighting sighting) {
        Instant withdrawnAt = takenBack.isEmpty() ? null : takenBack.get(sighting.id());
        return withdrawnAt == null || sighting.isAfter(withdrawnAt);
    }

    private Reclaim seen(Notice notice) {
        var all = new ArrayList<>(sightings);
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).id().equals(notice.id())) {
                all.set(i, again(all.get(i), notice));
                return new Reclaim(id, node, all, takenBack);
            }
        }
        if (all.size() < MAX_SIGHTINGS) {
            all.add(new Sighting(notice, notice));
        }
        return new Reclaim(id, node, all, takenBack);
    }

    private Sighting again(Sighting known, Notice notice) {
        Instant withdrawnAt = takenBack.get(notice.id());
        if (withdrawnAt == null) {
            return known.and(notice);
        }
        boolean late = !notice.receivedAt().isAfter(withdrawnAt) && known.isAfter(withdrawnAt);
        return late ? known : known.and(notice).since(withdrawnAt);
    }

    private Reclaim without(Notice.Withdrawal withdrawal) {
        var all = new HashMap<>(takenBack);
        if (all.size() < MAX_SIGHTINGS || all.containsKey(withdrawal.withdrawn())) {
            all.merge(
                    withdrawal.withdrawn(), withdrawal.receivedAt(), (one, other) -> one.isAfter(other) ? one : other);
        }
        Instant latest = all.get(withdrawal.withdrawn());
        List<Sighting> left = latest == null
                ? sightings
                : sightings.stream()
                        .map(each -> each.id().equals(withdrawal.withdrawn()) ? each.since(latest) : each)
                        .toList();
        return new Reclaim(id, node, left, all);
    }

    private static Standing standing(Notice notice) {
        return switch (notice) {
            case Notice.Advisory _ -> Standing.AT_RISK;
            case Notice.Drain _ -> Standing.DRAINING;
            case Notice.Preemption _ -> Standing.DOOMED;
            case Notice.Death _ -> Standing.DEAD;
            case Notice.Withdrawal _, Notice.Canary _ -> Standing.CALM;
        };
    }
}
