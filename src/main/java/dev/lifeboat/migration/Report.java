package dev.lifeboat.migration;

import dev.lifeboat.checkpoint.BackgroundCheckpoint;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.estimate.Observation;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.plan.Capacity;
import dev.lifeboat.plan.Needs;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Condition;
import dev.lifeboat.workload.Means;
import dev.lifeboat.workload.Preflight;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What an agent says. Facts only, by the agent's clock.
public sealed interface Report {
    NodeName node();

    Instant at();

    /// Said about once a second and at start: who runs here, and what the uplink has shown.
    ///
    /// @param uplink recent throughput to the store; zero while unknown
    /// @param accepting whether restores may be sent here; false once the agent knows that its node
    ///     is to end
    /// @param capacity what the machine is and has; null from agents that do not say
    /// @param preflight what stands in the way of saves to come; null from agents that have not
    ///     looked yet
    /// @param conditions of its workloads; null from agents that do not say
    /// @param backgrounds the newest complete checkpoint of each that has one; null from agents that
    ///     do not say
    /// @param means by which it checkpoints; null from agents that do not say, all of which have a CRIU
    record Heartbeat(
            NodeName node,
            Instant at,
            List<Workload> workloads,
            ByteRate uplink,
            boolean accepting,
            @Nullable Capacity capacity,
            @Nullable Preflight preflight,
            @Nullable List<Condition> conditions,
            @Nullable List<BackgroundCheckpoint> backgrounds,
            @Nullable Means means)
            implements Report {
        public Heartbeat {
            workloads = List.copyOf(workloads);
            conditions = conditions == null ? null : List.copyOf(conditions);
            backgrounds = backgrounds == null ? null : List.copyOf(backgrounds);
        }

        /// Of an agent that has taken no complete checkpoint of what runs.
        public Heartbeat(
                NodeName node,
                Instant at,
                List<Workload> workloads,
                ByteRate uplink,
                boolean accepting,
                @Nullable Capacity capacity,
                @Nullable Preflight preflight,
                @Nullable List<Condition> conditions) {
            this(node, at, workloads, uplink, accepting, capacity, preflight, conditions, null, null);
        }

        /// Whether its agent's saves have it.
        public boolean can(Means.Ability ability) {
            return (means == null ? Means.CRIU : means).can(ability);
        }

        /// Of an agent that has not looked at what stands in the way of saves, and says nothing of conditions.
        public Heartbeat(
                NodeName node,
                Instant at,
                List<Workload> workloads,
                ByteRate uplink,
                boolean accepting,
                @Nullable Capacity capacity) {
            this(node, at, workloads, uplink, accepting, capacity, null, null);
        }

        /// The newest complete checkpoint of a workload that runs on; null where none is known.
        public @Nullable BackgroundCheckpoint background(WorkloadId workload) {
            return (backgrounds == null ? List.<BackgroundCheckpoint>of() : backgrounds)
                    .stream()
                            .filter(each -> each.workload().equals(workload))
                            .findFirst()
                            .orElse(null);
        }

        /// As if it had just been started where nothing was said.
        public Condition condition(WorkloadId workload) {
            return (conditions == null ? List.<Condition>of() : conditions)
                    .stream()
                            .filter(each -> each.workload().equals(workload))
                            .findFirst()
                            .orElse(Condition.unknown(workload));
        }

        /// The same, made of the parts of an earlier one as far as that says the same: who keeps the newest of each of
        /// thousands of nodes needs new memory only for what has changed.
        public Heartbeat sharing(Heartbeat before) {
            return new Heartbeat(
                    before.node().equals(node) ? before.node() : node,
                    at,
                    before.workloads().equals(workloads) ? before.workloads() : workloads,
                    uplink,
                    accepting,
                    Objects.equals(before.capacity(), capacity) ? before.capacity() : capacity,
                    Objects.equals(before.preflight(), preflight) ? before.preflight() : preflight,
                    Objects.equals(before.conditions(), conditions) ? before.conditions() : conditions,
                    backgrounds,
                    means);
        }
    }

    /// A canary has come as far as here.
    ///
    /// @param saidAt by the listener's clock
    /// @param decidedAt by the orchestrator's
    record Echoed(NodeName node, Instant at, NoticeId canary, Instant saidAt, Instant decidedAt) implements Report {}
    /// What the agent has measured, in the shape that a forecast learns from; a few per workload and minute.
    ///
    /// @param observations never outcomes of saves: those are the orchestrator's to draw from the other reports
    record Measured(NodeName node, Instant at, List<Observation> observations) implements Report {
        public Measured {
            observations = List.copyOf(observations);
        }
    }

    /// About one migration.
    sealed interface OfMigration extends Report {
        /// The order that this answers.
        OrderId order();

        default MigrationId migration() {
            return order().migration();
        }
    }

    /// No orchestrator could be asked, so the agent begins the save that its standing orders name. Said
    /// again, with what came of the save, until an order about the migration comes.
    ///
    /// @param notice that it acted on; nobody but this node may have it
    /// @param rounds pre-dump rounds of the plan, 0 or more
    /// @param needs what a destination must have, as the standing orders say it
    record ActedAlone(
            NodeName node,
            Instant at,
            OrderId order,
            WorkloadId workload,
            Notice notice,
            int rounds,
            @Nullable Needs needs)
            implements OfMigration {
        /// What it begins.
        public Order.Save save() {
            return StandingOrders.save(subject(needs));
        }

        /// What it is about.
        ///
        /// @param known what a destination must have
        public Subject subject(@Nullable Needs known) {
            Instant deadline = StandingOrders.deadline(notice);
            return new Subject(
                    migration(), node, workload, notice.id(), deadline, StandingOrders.planned(rounds), known);
        }
    }

    record SaveStarted(NodeName node, Instant at, OrderId order) implements OfMigration {}

    /// At most four a second while pages flow.
    ///
    /// @param sending time in which anything was on its way to the store; null from agents that do not say.
    ///     What is left of the whole time the link stood idle and something else held the save up
    /// @param read in this round, or in the final dump
    /// @param stored of the whole save, rounds included; so is `sending`
    /// @param rounds pre-dump rounds that are through; null from agents that do not say
    record SaveProgress(
            NodeName node,
            Instant at,
            OrderId order,
            ByteCount read,
            ByteCount stored,
            @Nullable Duration sending,
            @Nullable Integer rounds)
            implements OfMigration {
        public SaveProgress(NodeName node, Instant at, OrderId order, ByteCount read, ByteCount stored) {
            this(node, at, order, read, stored, null, null);
        }

        /// Of a save without rounds.
        public SaveProgress(
                NodeName node, Instant at, OrderId order, ByteCount read, ByteCount stored, Duration sending) {
            this(node, at, order, read, stored, sending, 0);
        }
    }

    record Frozen(NodeName node, Instant at, OrderId order) implements OfMigration {}

    /// Every page is in the agent's memory; nothing is durable yet.
    record Captured(NodeName node, Instant at, OrderId order, ByteCount pages) implements OfMigration {}

    /// The manifest is committed and the source is dead: the store has the only copy.
    ///
    /// @param rounds pre-dump rounds that were made before the final dump; null where nobody knows
    record Stored(
            NodeName node,
            Instant at,
            OrderId order,
            CheckpointId checkpoint,
            ByteCount pages,
            ByteCount stored,
            Duration frozen,
            @Nullable Integer rounds)
            implements OfMigration {
        public Stored(
                NodeName node,
                Instant at,
                OrderId order,
                CheckpointId checkpoint,
                ByteCount pages,
                ByteCount stored,
                Duration frozen) {
            this(node, at, order, checkpoint, pages, stored, frozen, null);
        }
    }

    /// The workload runs on at the source unless `workloadAlive` is false.
    ///
    /// @param detail for people: what was tried and what came back, without anything secret
    record SaveFailed(
            NodeName node, Instant at, OrderId order, SaveFailure reason, String detail, boolean workloadAlive)
            implements OfMigration {}

    /// Said again once nothing is missing any more.
    ///
    /// @param missing memory that is still on its way while it runs; null when all of it is there
    /// @param ended true when it had ended by itself by the time that its agent looked: a job that had
    ///     nearly finished, or one that could not bear to be elsewhere. Null while it runs
    record Resumed(
            NodeName node,
            Instant at,
            OrderId order,
            long pid,
            @Nullable ByteCount missing,
            @Nullable Boolean ended) implements OfMigration {
        /// All of its memory is there.
        public Resumed(NodeName node, Instant at, OrderId order, long pid) {
            this(node, at, order, pid, null, null);
        }

        /// Some of its memory is still on its way.
        public Resumed(NodeName node, Instant at, OrderId order, long pid, ByteCount missing) {
            this(node, at, order, pid, missing, null);
        }
    }

    record RestoreFailed(NodeName node, Instant at, OrderId order, RestoreFailure reason, String detail)
            implements OfMigration {}

    record Released(NodeName node, Instant at, OrderId order) implements OfMigration {}
}
