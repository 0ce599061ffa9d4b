/// Role: decides what becomes of the workloads of doomed nodes, journals it, and says what is owed.
@NullMarked
package dev.lifeboat.orchestrator;

import org.jspecify.annotations.NullMarked;
