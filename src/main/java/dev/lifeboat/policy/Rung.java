package dev.lifeboat.policy;

import org.jspecify.annotations.Nullable;

/// One way off the node.
public record Rung(
        @Key(value = "Names the rung in plans, events and metrics; once per ladder.", required = true, text = Text.NAME)
        String name,

        @Key("Exactly one action per rung.") Action action,

        @Key("A CEL expression; the rung is passed over unless it is true.") @Nullable
        Condition when,

        @Key(value = "Commands in the workload's own container.", standard = "{}")
        Hooks hooks) {

    /// Whether nothing can keep the rung from being taken: no condition, and an action that fits any window.
    public boolean unconditional() {
        return when == null && (action instanceof Action.Drain || action instanceof Action.Ignore);
    }
}
