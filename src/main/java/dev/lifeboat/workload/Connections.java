package dev.lifeboat.workload;

/// What becomes of a workload's established TCP connections when it is saved.
public enum Connections {
    /// A workload that has any is not saved; it runs on.
    REFUSE,

    /// They are closed: peers see a reset, and connect again.
    CLOSE,

    /// They stand still with it and go on with it, as long as nothing answers their peers
    /// meanwhile: it has to come back in the same network, under the same address.
    KEEP
}
