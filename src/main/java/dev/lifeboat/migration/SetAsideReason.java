package dev.lifeboat.migration;

/// Why a notice does not start anything. Stable codes; shown to users.
public enum SetAsideReason {
    /// No agent has been heard from this node; should one speak up before the deadline, the notice counts after all.
    UNKNOWN_NODE,
    /// Its deadline had passed when we read it.
    PAST_DEADLINE,
    /// It allows reversible work only, and there is none to do.
    ADVISORY_ONLY,
    /// It withdraws a notice that does not stand.
    NOTHING_TO_WITHDRAW
}
