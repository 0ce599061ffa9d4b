package dev.lifeboat.migration;

import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.workload.Arrival;
import dev.lifeboat.workload.WorkloadId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a node's agent is to do. Derived from a migration's state, so it comes again until it is answered: agents act
/// once per [#key()] and answer every repetition with what they last said.
public sealed interface Order {
    /// The node whose agent acts.
    NodeName node();

    /// The same order has the same key however often it comes.
    String key();

    /// About one migration.
    sealed interface OfMigration extends Order {
        OrderId id();

        WorkloadId workload();

        @Override
        default String key() {
            return id().key();
        }

        default MigrationId migration() {
            return id().migration();
        }
    }

    /// Say that you heard it, and do nothing. Sent once, owed by nothing: a canary that is lost has shown
    /// what it is for. Answered by `Echoed`.
    ///
    /// @param saidAt by the listener's clock
    /// @param decidedAt by the orchestrator's
    record Echo(NodeName node, NoticeId canary, Instant saidAt, Instant decidedAt) implements Order {
        @Override
        public String key() {
            return "echo/" + canary;
        }
    }

    /// Take the final checkpoint; the workload stays frozen until the manifest is committed, then it is killed.
    ///
    /// Answered by `SaveStarted`, `Frozen`, `Captured` and, last, `Stored` or `SaveFailed`. An agent that was
    /// restarted and finds the manifest committed kills what is left of the source and answers `Stored`.
    ///
    /// @param checkpoint new for every attempt
    /// @param rounds pre-dump rounds first, 0 or more. The order may come again with fewer while they
    ///     are made: what goes beyond is cut off, and the workload frozen
    /// @param deadline when the machine is taken; past it nothing is worth starting: `SaveFailed(TOO_LATE)`
    /// @param codec that pages are packed with; null for the agent's own. The order may come again with
    ///     another one while the save is under way: it holds from the next chunk on
    /// @param freezeBy rounds are cut off then, should nobody have said so before; null without rounds
    record Save(
            OrderId id,
            NodeName node,
            WorkloadId workload,
            CheckpointId checkpoint,
            int rounds,
            Instant deadline,
            @Nullable Codec codec,
            @Nullable Instant freezeBy)
            implements OfMigration {
        public Save(
                OrderId id, NodeName node, WorkloadId workload, CheckpointId checkpoint, int rounds, Instant deadline) {
            this(id, node, workload, checkpoint, rounds, deadline, null, null);
        }
    }

    /// Stop a save that has not committed yet; the workload thaws. Answered by `SaveFailed(ABORTED)`, or by `Stored`
    /// when the commit came first. An agent that never saw the save answers `SaveFailed(ABORTED)` too.
    ///
    /// @param sequel what becomes of the workload once it has thawed; null for nothing
    record Abort(
            OrderId id,
            NodeName node,
            WorkloadId workload,
            CheckpointId checkpoint,
            @Nullable Sequel sequel) implements OfMigration {
        public Abort(OrderId id, NodeName node, WorkloadId workload, CheckpointId checkpoint) {
            this(id, node, workload, checkpoint, null);
        }
    }

    /// What is done with a workload whose save was taken back.
    enum Sequel {
        /// It is asked to end by itself, while there is time for it.
        SIGTERM
    }

    /// Claim the checkpoint and run the workload here. Answered by `Resumed`, `RestoreFailed`, or `Stored`
    /// (see below).
    ///
    /// The claim in the store has an epoch, the attempt: a higher attempt takes over a claim that was not
    /// yet confirmed as running, and an agent confirms its claim with everything restored and nothing yet let
    /// go. So of a slow target and its successor exactly one runs; the other says
    /// `RestoreFailed(CLAIM_LOST)`.
    ///
    /// Of a node that went without a word, an agent may have saved under a name that nobody heard of: when
    /// this checkpoint never came about, the newest that nobody claims is looked for, and its find answered
    /// by `Stored`.
    ///
    /// @param attempt counts from 1 within the migration
    /// @param orElseSince how old another checkpoint of the workload may be, saved on [OrderId#home]; null
    ///     where no other would do
    /// @param arrival how its memory is wished to come back; null for whole, which it also does where
    ///     lazily is not possible
    record Restore(
            OrderId id,
            NodeName node,
            WorkloadId workload,
            CheckpointId checkpoint,
            int attempt,
            @Nullable Instant orElseSince,
            @Nullable Arrival arrival)
            implements OfMigration {
        public Restore(OrderId id, NodeName node, WorkloadId workload, CheckpointId checkpoint, int attempt) {
            this(id, node, workload, checkpoint, attempt, null, null);
        }
    }

    /// The workload lives elsewhere now: make sure that nothing of it is left here. Answered by `Released`.
    record Release(OrderId id, NodeName node, WorkloadId workload) implements OfMigration {}
}
