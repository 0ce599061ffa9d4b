package dev.lifeboat.policy;

/// How far a policy may go; in the order of how much it does.
public enum Mode {
    /// As if the policy were not there.
    Off,
    /// Plans and reports, touches nothing.
    Observe,
    /// Acts.
    Enforce
}
