package dev.lifeboat.migration;

/// Why a workload was left where it ran. Stable codes; shown to users.
public enum LetGoReason {
    /// Every notice for its node was withdrawn.
    WITHDRAWN,
    /// The window cannot hold a save any more.
    OUT_OF_TIME,
    /// Every save that was allowed failed; the workload runs on until its node is taken.
    SAVES_FAILED,
    /// It ended by itself, or was gone before the save.
    ALREADY_GONE,
    /// A policy says so.
    POLICY
}
