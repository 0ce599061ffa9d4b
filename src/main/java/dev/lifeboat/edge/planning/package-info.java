/// Commands that ask the planner: what-if, explain, and its bench.
@NullMarked
package dev.lifeboat.edge.planning;

import org.jspecify.annotations.NullMarked;
