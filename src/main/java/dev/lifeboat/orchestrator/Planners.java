package dev.lifeboat.orchestrator;

import java.util.function.Supplier;

/// Makes the planner of a process, once it is known where its hindsight comes from.
@FunctionalInterface
public interface Planners {
    Planner with(Supplier<Hindsight> hindsight);
}
