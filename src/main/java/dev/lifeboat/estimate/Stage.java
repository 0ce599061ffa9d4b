package dev.lifeboat.estimate;

/// The two kinds of stage that a save is made of; their overheads differ.
public enum Stage {
    /// The workload runs on while its pages are carried.
    PRE_DUMP,
    /// The workload stands still until its last page and the manifest are in the store.
    FINAL_DUMP
}
