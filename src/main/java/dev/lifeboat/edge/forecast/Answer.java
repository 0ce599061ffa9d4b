package dev.lifeboat.edge.forecast;

import java.util.function.DoublePredicate;

/// What a model says of one save.
///
/// @param p95 seconds
/// @param p99 seconds; the same as `p95` for a model without quantiles
/// @param accepts whether it would begin this save with so many seconds left
record Answer(double p95, double p99, DoublePredicate accepts) {

    static Answer ofPoint(double seconds) {
        return new Answer(seconds, seconds, window -> seconds <= window);
    }

    /// Accepts what is 95 % sure to fit, as the planner does.
    static Answer ofQuantiles(double p95, double p99) {
        return new Answer(p95, p99, window -> p95 <= window);
    }
}
