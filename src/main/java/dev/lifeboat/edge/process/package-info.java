/// Workloads that are plain processes, started and watched by the agent.
@NullMarked
package dev.lifeboat.edge.process;

import org.jspecify.annotations.NullMarked;
