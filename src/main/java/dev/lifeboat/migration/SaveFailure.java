package dev.lifeboat.migration;

/// Why a save did not end in a committed checkpoint. Stable codes; shown to users.
public enum SaveFailure {
    /// The orchestrator took the order back.
    ABORTED,
    /// The deadline had passed, or the rest of the window cannot hold the save.
    TOO_LATE,
    /// No such workload runs on this node.
    UNKNOWN_WORKLOAD,
    /// The workload ended by itself before it was frozen.
    WORKLOAD_ENDED,
    /// The dumper refused or broke.
    DUMP_FAILED,
    /// The store refused a write.
    STORE_REFUSED,
    /// The store did not answer in time.
    STORE_STALLED,
    /// The agent came back and does not know how far it had been.
    AGENT_RESTARTED
}
