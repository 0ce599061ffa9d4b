package dev.lifeboat.migration;

/// Why a restore did not end in a running workload. Stable codes; shown to users.
public enum RestoreFailure {
    /// The store has no manifest for this checkpoint: there is no checkpoint.
    NO_CHECKPOINT,
    /// Another node runs it, or a later attempt holds the claim.
    CLAIM_LOST,
    /// What the store gave back is not what was put there.
    CORRUPT,
    /// This node cannot run it: kernel, CPU, image or a mount does not fit.
    INCOMPATIBLE,
    /// No room here, or this node is to be taken itself.
    NO_ROOM,
    /// The restorer broke.
    RESTORE_FAILED,
    /// The store refused or did not answer in time.
    STORE_UNREACHABLE,
    /// No answer within the time allowed; said by the orchestrator, never by an agent.
    TIMED_OUT
}
