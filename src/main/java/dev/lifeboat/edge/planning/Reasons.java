package dev.lifeboat.edge.planning;

import dev.lifeboat.plan.CpuCheck;
import dev.lifeboat.plan.Hindrance;
import dev.lifeboat.plan.Placement;
import dev.lifeboat.plan.Refusal;
import java.time.Duration;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Refusals in words, each with the numbers that decided it.
public final class Reasons {
    private static final int MOST_NODES = 5;

    private Reasons() {}

    public static String of(Refusal refusal) {
        return switch (refusal) {
            case Refusal.ConditionFalse it ->
                "`" + it.condition() + "` does not hold: " + it.seen()
                        + (it.shortBy().isZero() ? "" : "; the window is short by " + Words.brief(it.shortBy()));
            case Refusal.EstimateUnknown it -> "nobody can say how long it takes (" + it.reason() + ")";
            case Refusal.TooLong it -> times("needs", it.needed(), it.usable(), it.over());
            case Refusal.FreezeTooLong it ->
                "would stand still for " + Words.brief(it.frozen()) + ", allowed are " + Words.brief(it.allowed())
                        + ": over by " + Words.brief(it.over());
            case Refusal.NotBorne it ->
                "would stand still for " + Words.brief(it.frozen()) + ", and is ended for that after "
                        + Words.brief(it.borne()) + ": over by " + Words.brief(it.over());
            case Refusal.Outranked it ->
                "fits alone, but worthier workloads have the link: "
                        + times("needs", it.needed(), it.left(), it.over());
            case Refusal.GroupIncomplete it ->
                "its group is saved whole or not at all, and " + it.member() + " cannot be";
            case Refusal.NoDestination it -> "no node could take it: " + nodes(it);
            case Refusal.NoTimeToTry it -> "unforecast (" + it.reason() + "), and what has a forecast fills the window";
            case Refusal.NotReached _ -> "a rung above it is taken";
            case Refusal.PlanStands _ -> "it would fit by now, but by too little to change a plan that is under way";
        };
    }

    /// Seconds; null where the failure is not one of time.
    static @Nullable Double over(Refusal refusal) {
        return switch (refusal) {
            case Refusal.TooLong it -> Report.seconds(it.over());
            case Refusal.FreezeTooLong it -> Report.seconds(it.over());
            case Refusal.NotBorne it -> Report.seconds(it.over());
            case Refusal.Outranked it -> Report.seconds(it.over());
            case Refusal.ConditionFalse it -> it.shortBy().isZero() ? null : Report.seconds(it.shortBy());
            case Refusal.EstimateUnknown _,
                    Refusal.GroupIncomplete _,
                    Refusal.NoDestination _,
                    Refusal.NoTimeToTry _,
                    Refusal.NotReached _,
                    Refusal.PlanStands _ -> null;
        };
    }

    private static String times(String verb, Duration needed, Duration left, Duration over) {
        return verb + " " + Words.brief(needed) + ", left are " + Words.brief(left) + ": short by " + Words.brief(over);
    }

    private static String nodes(Refusal.NoDestination it) {
        String named = it.nodes().stream()
                .limit(MOST_NODES)
                .map(refused -> refused.node() + " " + of(refused))
                .collect(Collectors.joining("; "));
        int more = it.nodes().size() - MOST_NODES;
        return more > 0 ? named + "; and " + more + " more" : named;
    }

    private static String of(Placement.Refused refused) {
        return switch (refused.hindrance()) {
            case Hindrance.Standing it -> "is " + it.standing().name().toLowerCase(java.util.Locale.ROOT);
            case Hindrance.Room it -> "has " + it.free() + " free, needed are " + it.needed();
            case Hindrance.Unpublished _ -> "has not said what machine it is";
            case Hindrance.Architecture it -> "is " + it.found() + ", needed is " + it.needed();
            case Hindrance.Processor it -> lack(it.lack());
            case Hindrance.Feature it -> "lacks the CPU feature " + it.name();
            case Hindrance.Software it -> "runs " + it.what() + " " + it.found() + ", needed is " + it.needed();
            case Hindrance.Zone it -> "is in " + it.found() + ", must be in " + String.join(" or ", it.needed());
            case Hindrance.Device it -> "has no free " + it.model();
            case Hindrance.Capacity it -> "is " + it.found() + ", allowed are " + it.allowed();
            case Hindrance.Label it -> "does not carry " + it.label();
        };
    }

    private static String lack(CpuCheck.Lack lack) {
        return switch (lack) {
            case CpuCheck.Lack.Features it -> "lacks the CPU features " + String.join(", ", it.missing());
            case CpuCheck.Lack.Surplus it ->
                "has the CPU features " + String.join(", ", it.features()) + ", and the source does not";
            case CpuCheck.Lack.Model it -> "has " + it.target() + ", needed is " + it.source();
            case CpuCheck.Lack.States it -> "cannot keep the CPU state 0x" + Long.toHexString(it.mask());
            case CpuCheck.Lack.SaveArea it ->
                "keeps CPU state in " + it.target() + " bytes, the source in " + it.source();
        };
    }
}
