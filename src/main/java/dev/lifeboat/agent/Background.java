package dev.lifeboat.agent;

import dev.lifeboat.migration.StandingOrders.Keeping;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/// What an agent needs to take complete checkpoints of workloads that run on.
///
/// @param wanted what the workload's policy asks for; asked again and again
/// @param told of every one that was tried, and of workloads that do not get ready
public record Background(Function<WorkloadId, Optional<Keeping>> wanted, Readiness readiness, Consumer<Attempt> told) {
    /// None is taken.
    public static final Background NONE = new Background(_ -> Optional.empty(), (_, _) -> Optional.empty(), _ -> {});

    /// One that was tried.
    ///
    /// @param frozen how long the workload stood still
    /// @param took until it was complete, or given up
    /// @param detail for people; empty when it is complete
    public record Attempt(Workload workload, Result result, Duration frozen, Duration took, String detail) {}

    /// How it ended. Stable codes; shown to users.
    public enum Result {
        /// It is complete: the workload can be restored from it.
        COMPLETE,
        /// The workload has not been ready for as long as its policy allows; it runs on, and is asked on.
        NOT_READY,
        /// A save or a notice came, which goes first; the workload runs on.
        CUT_OFF,
        /// It would have stood still for longer than its policy allows; it runs on.
        FROZEN_TOO_LONG,
        /// The dumper refused or broke; the workload runs on.
        DUMP_FAILED,
        /// The store did not take it; the workload runs on.
        STORE_FAILED
    }
}
