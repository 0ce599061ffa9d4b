package dev.lifeboat.workload;

/// How the memory of a restored workload comes back.
public enum Arrival {
    /// All of it is there before anything runs.
    WHOLE,

    /// It runs first, where the node can; pages that it touches come at once, all others behind them.
    LAZY
}
