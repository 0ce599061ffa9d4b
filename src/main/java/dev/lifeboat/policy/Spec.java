package dev.lifeboat.policy;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The blocks of a policy.
public record Spec(
        @Key(
                value =
                        "Off does nothing (in quotes for kubectl, whose YAML takes a bare Off for false), Observe plans and reports without touching anything, Enforce acts.",
                standard = "Observe")
        Mode mode,

        @Key(value = "Which workloads the policy covers: all that is said here must hold.", required = true)
        Match match,

        @Key(value = "What sets it to work.", required = true, least = "1")
        Set<Trigger> triggers,

        @Key(value = "What a workload is worth when not everything can be saved.", standard = "{}")
        Value value,

        @Key(value = "How much of the grace window may be used.", standard = "{}")
        Window window,

        @Key(
                value = "Ways off the node, best first; the first whose estimate fits is taken.",
                required = true,
                least = "1",
                most = "16")
        List<Rung> ladder,

        @Key("Workloads that are saved together.") @Nullable Group group,

        @Key("Copying memory ahead of any notice, so that less is left to do in the window.") @Nullable
        PreDump preDump,

        @Key("Complete checkpoints while the workload runs on; without this there are none before a notice.") @Nullable
        Background background,

        @Key(value = "Where workloads may go.", standard = "{}")
        Target target,

        @Key(value = "How they come back.", standard = "{}") Restore restore,

        @Key("Where checkpoints are kept; needed as soon as a rung makes any.") @Nullable
        Store store,

        @Key(value = "How long checkpoints are kept.", standard = "{}")
        Retention retention,

        @Key(value = "How much may go on at once.", standard = "{}")
        Budget budget,

        @Key("Limits that no policy can weaken; in a ClusterEvacuationPolicy only.") @Nullable
        Guardrails guardrails) {
    public Spec {
        triggers = Set.copyOf(triggers);
        ladder = List.copyOf(ladder);
    }
}
