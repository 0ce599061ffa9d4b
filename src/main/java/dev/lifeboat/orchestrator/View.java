package dev.lifeboat.orchestrator;

import dev.lifeboat.checkpoint.BackgroundCheckpoint;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.Reclaim;
import dev.lifeboat.plan.Capacity;
import dev.lifeboat.plan.Grounds;
import dev.lifeboat.plan.HostFacts;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.Condition;
import dev.lifeboat.workload.Means;
import dev.lifeboat.workload.Obstruction;
import dev.lifeboat.workload.Preflight;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What is known of all nodes, whichever partition they belong to: what their agents last said, what has been said of
/// their end, and what other migrations have been promised on them. A snapshot; decisions that rest on it are
/// journalled with their grounds, never it.
///
/// @param reclaims by every notice of any partition
/// @param promises by every restore that was placed lately, in any partition
/// @param remembered nodes that had standing orders before this process began and were not heard of since
/// @param outlook as it was lately worked out from all the rest
public record View(
        Map<NodeName, Seen> nodes,
        Map<NodeName, Reclaim> reclaims,
        Map<MigrationId, Promise> promises,
        Map<NodeName, Remembered> remembered,
        Outlook outlook) {
    public static final View EMPTY = new View(Map.of(), Map.of(), Map.of(), Map.of(), Outlook.NONE);

    /// Of a restore whose end we never hear of. Far longer than a restore may take.
    public static final Duration LONGEST_PROMISE = Duration.ofMinutes(10);

    /// All that changes the promises.
    public static final Set<Class<? extends JournalEvent>> PROMISING = Set.of(
            MigrationEvent.RestorePlaced.class,
            MigrationEvent.RestoreFailed.class,
            MigrationEvent.WorkloadResumed.class);

    /// After a resume the next heartbeats show the memory as used.
    private static final Duration SETTLING = Duration.ofSeconds(2);

    /// A node that said nothing for so long is not one any more.
    private static final Duration FORGOTTEN = Duration.ofHours(1);

    /// A heartbeat is on its way, or lies in the log before a process that starts reads it, for no longer. What differs
    /// by more is a clock that is wrong.
    private static final Duration LONGEST_WAY = Duration.ofMinutes(1);

    /// @param heardAt by our own clock, so that an agent's skewed one cannot make it look alive or dead
    public record Seen(Instant heardAt, Report.Heartbeat heartbeat) {
        /// From when on what it says has grown older: never less than that, or work is lost that nobody was told of.
        private Instant saidAt() {
            Instant said = heartbeat.at();
            Instant earliest = heardAt.minus(LONGEST_WAY);
            return said.isAfter(heardAt) ? heardAt : said.isBefore(earliest) ? earliest : said;
        }
    }

    /// What a node would do alone that nobody here has heard of.
    ///
    /// @param since when it was looked up
    public record Remembered(StandingOrders orders, Instant since) {}

    /// Memory on a node that a restore will take.
    public record Promise(NodeName node, ByteCount room, Instant until) {}

    public View {
        nodes = Patchwork.copyOf(nodes);
        reclaims = Patchwork.copyOf(reclaims);
        promises = Patchwork.copyOf(promises);
        remembered = Map.copyOf(remembered);
    }

    /// Whoever is not known otherwise. What such a node saved alone is sought once it is lost, as if it had been heard
    /// of: for a while, by when it has either spoken again or is none any more.
    public View remembering(Collection<StandingOrders> orders, Instant now) {
        var all = new HashMap<>(remembered);
        for (StandingOrders each : orders) {
            if (!nodes.containsKey(each.node())) {
                all.put(each.node(), new Remembered(each, now));
            }
        }
        return new View(nodes, reclaims, promises, all, outlook);
    }

    public View with(Outlook newest) {
        return newest.equals(outlook) ? this : new View(nodes, reclaims, promises, remembered, newest);
    }

    public View with(Report.Heartbeat heartbeat, Instant heardAt) {
        return with(List.of(heartbeat), heardAt);
    }

    /// All of them at once: thousands of nodes speak every second.
    public View with(Collection<Report.Heartbeat> heartbeats, Instant heardAt) {
        var changed = new HashMap<NodeName, Seen>();
        for (Report.Heartbeat heartbeat : heartbeats) {
            Seen before = nodes.get(heartbeat.node());
            Report.Heartbeat kept = before == null ? heartbeat : heartbeat.sharing(before.heartbeat());
            changed.put(heartbeat.node(), new Seen(heardAt, kept));
        }
        return changed.isEmpty()
                ? this
                : new View(
                        Patchwork.copyOf(nodes).with(changed),
                        reclaims,
                        promises,
                        unheard(node -> !changed.containsKey(node)),
                        outlook);
    }

    /// Of any partition, in the order of the log.
    public View told(Collection<Notice> notices, Instant now) {
        var changed = new HashMap<NodeName, Reclaim>();
        for (Notice notice : notices) {
            if (!(notice instanceof Notice.Canary)) {
                Reclaim known = changed.getOrDefault(notice.node(), reclaims.get(notice.node()));
                changed.put(notice.node(), Reclaim.fold(known, notice, now));
            }
        }
        return changed.isEmpty()
                ? this
                : new View(nodes, Patchwork.copyOf(reclaims).with(changed), promises, remembered, outlook);
    }

    /// Without what is past: nodes that have long been silent, machines that were taken, promises that nobody kept.
    /// Looks at everything, so not to be asked with each word that comes in.
    public View swept(Instant now) {
        return new View(
                Patchwork.copyOf(nodes)
                        .without(seen -> seen.heardAt().plus(FORGOTTEN).isBefore(now)),
                Patchwork.copyOf(reclaims).without(reclaim -> reclaim.over(now)),
                Patchwork.copyOf(promises).without(promise -> promise.until().isBefore(now)),
                unheard(node -> !past(node, now)),
                outlook);
    }

    private boolean past(NodeName node, Instant now) {
        Remembered known = remembered.get(node);
        return known == null || known.since().plus(FORGOTTEN).isBefore(now);
    }

    private Map<NodeName, Remembered> unheard(Predicate<NodeName> still) {
        if (remembered.keySet().stream().allMatch(still)) {
            return remembered;
        }
        var left = new HashMap<>(remembered);
        left.keySet().removeIf(node -> !still.test(node));
        return left;
    }

    /// What was decided may promise memory, or give a promise back.
    public View with(JournalEvent event) {
        return switch (event) {
            case MigrationEvent.RestorePlaced placed -> {
                Grounds grounds = placed.grounds();
                Instant until = placed.at().plus(LONGEST_PROMISE);
                yield grounds == null ? this : promising(placed, new Promise(placed.target(), grounds.room(), until));
            }
            case MigrationEvent.RestoreFailed failed -> promising(failed, null);
            case MigrationEvent.WorkloadResumed resumed -> {
                Promise kept = promises.get(resumed.migration());
                yield kept == null
                        ? this
                        : promising(
                                resumed,
                                new Promise(
                                        kept.node(), kept.room(), resumed.at().plus(SETTLING)));
            }
            case MigrationEvent _, JournalEvent.OfNode _, JournalEvent.OfPlan _ -> this;
        };
    }

    private View promising(MigrationEvent event, @Nullable Promise promise) {
        Patchwork<MigrationId, Promise> before = Patchwork.copyOf(promises);
        return new View(
                nodes,
                reclaims,
                promise == null ? before.without(event.migration()) : before.with(Map.of(event.migration(), promise)),
                remembered,
                outlook);
    }

    public boolean knows(NodeName node) {
        return nodes.containsKey(node) || remembered.containsKey(node);
    }

    /// What the node would have saved alone, if all that is known of it is its standing orders; in the plan's order.
    List<StandingOrders.Entry> remembered(NodeName node) {
        Remembered known = remembered.get(node);
        return known == null ? List.of() : known.orders().saves();
    }

    /// Whether nothing was heard of the node for longer than `limit`; a node never heard of is silent.
    public boolean silent(NodeName node, Instant now, Duration limit) {
        Seen seen = nodes.get(node);
        return seen == null || seen.heardAt().plus(limit).isBefore(now);
    }

    /// What the node last said it runs; empty for a node never heard of.
    public List<Workload> workloads(NodeName node) {
        Seen seen = nodes.get(node);
        return seen == null ? List.of() : seen.heartbeat().workloads();
    }

    /// What its agent says of its machine; null when it said nothing of it.
    public @Nullable Capacity capacity(NodeName node) {
        Seen seen = nodes.get(node);
        return seen == null ? null : seen.heartbeat().capacity();
    }

    /// What is known to keep a workload there from being saved.
    public List<Obstruction> obstructions(NodeName node, WorkloadId workload) {
        Seen seen = nodes.get(node);
        Preflight preflight = seen == null ? null : seen.heartbeat().preflight();
        return preflight == null ? List.of() : preflight.blocking(workload).toList();
    }

    /// Whether saves on the node have it; those of a node never heard of have everything.
    boolean can(NodeName node, Means.Ability ability) {
        Seen seen = nodes.get(node);
        return seen == null || seen.heartbeat().can(ability);
    }

    /// By now: what was copied ahead when it was heard of has grown older since.
    public Condition condition(NodeName node, WorkloadId workload, Instant now) {
        Seen seen = nodes.get(node);
        if (seen == null) {
            return Condition.unknown(workload);
        }
        Condition said = seen.heartbeat().condition(workload);
        Duration ago = said.copiedAgo();
        return ago == null || now.isBefore(seen.saidAt())
                ? said
                : said.copied(ago.plus(Duration.between(seen.saidAt(), now)));
    }

    /// By now, too: the newest complete checkpoint of a workload that ran there; null where none
    /// is known.
    public @Nullable BackgroundCheckpoint background(NodeName node, WorkloadId workload, Instant now) {
        Seen seen = nodes.get(node);
        if (seen == null) {
            return null;
        }
        BackgroundCheckpoint said = seen.heartbeat().background(workload);
        return said == null ? null : said.later(Duration.between(seen.saidAt(), now));
    }

    public @Nullable HostFacts host(NodeName node) {
        Capacity capacity = capacity(node);
        return capacity == null ? null : capacity.host();
    }

    /// When the node was last heard of; [Instant#MIN] for never.
    Instant heardAt(NodeName node) {
        Seen seen = nodes.get(node);
        return seen == null ? Instant.MIN : seen.heardAt();
    }
}
