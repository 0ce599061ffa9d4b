package dev.lifeboat.plan;

/// What was decided on one workload.
public sealed interface Explanation {
    /// @param mode whether anything of this is done
    record Chosen(Decision decision, Mode mode) implements Explanation {}

    /// No policy says anything about it.
    record Untouched(Decisions.Why why) implements Explanation {}

    /// Whether the decision is carried out.
    enum Mode {
        ACTS,
        OBSERVES
    }
}
