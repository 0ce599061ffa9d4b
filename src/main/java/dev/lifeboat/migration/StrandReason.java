package dev.lifeboat.migration;

/// Why a stored checkpoint is left in the store for a person to restore. Stable codes; shown to users.
public enum StrandReason {
    /// As many restores as are allowed have failed.
    RESTORES_FAILED,
    /// No node would take it for as long as we are allowed to wait.
    NO_CAPACITY,
    /// As long, and every node that was there is of the wrong make: give it one that is like its old home.
    NO_COMPATIBLE_DESTINATION
}
