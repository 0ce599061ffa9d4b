package dev.lifeboat.migration;

/// Why a workload's memory is gone. Stable codes; shown to users.
public enum LossReason {
    /// Its node is gone and a survivor has looked: the store holds no checkpoint.
    NOT_STORED,
    /// A checkpoint may be there, but every restore of it failed.
    UNREADABLE,
    /// A background checkpoint is there, but nobody has said for certain that its node is
    /// gone, so that a second copy might have run. Make sure that the node is, and say it
    /// (`node.kubernetes.io/out-of-service`).
    DEATH_UNPROVEN,
    /// No survivor could be asked for as long as we are allowed to wait.
    NOBODY_TO_ASK
}
