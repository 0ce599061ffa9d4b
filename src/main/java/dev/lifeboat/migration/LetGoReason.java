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
    /// Its agent had begun to save it alone, under another notice: that migration goes on instead of
    /// this one.
    SAVED_ALONE,
    /// Its save could not become durable in time: it was given up, and the workload told to end by itself (SIGTERM).
    TOLD_TO_END,
    /// What was left of the link and of the window saves more without it.
    OUTRANKED,
    /// Something in it, or what it is, no checkpoint takes along, as its agent had said before. It is left to
    /// whoever empties the node.
    CANNOT_BE_SAVED,
    /// Its policy wants the app's own hook or a drain, which whoever empties the node carries out.
    HANDED_OVER,
    /// A policy says so.
    POLICY
}
