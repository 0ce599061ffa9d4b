package dev.lifeboat.listener;

/// How far the evacuation is that a notice asked for.
public enum Evacuation {
    /// The journal does not say yet that the notice was heard, or cannot be read.
    UNDECIDED,
    /// Memory of something is on the node alone.
    AT_RISK,
    /// All that was to be saved is durable, and what could not be was given up.
    SAFE
}
