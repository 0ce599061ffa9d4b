package dev.lifeboat.edge.process;

import org.jspecify.annotations.Nullable;

/// What the agent remembers of a running workload.
///
/// @param startTicks of the root process; with the pid it names one process for ever
/// @param restoredFrom the checkpoint it came from, if it did
record Entry(long pid, long startTicks, @Nullable String restoredFrom) {}
