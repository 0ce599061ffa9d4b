package dev.lifeboat.plan;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.util.List;

/// Why a rung was not taken, with the numbers that decided it.
public sealed interface Refusal {
    /// Stable; shown to users, in events and in metrics.
    default Code code() {
        return switch (this) {
            case ConditionFalse _ -> Code.CONDITION_FALSE;
            case EstimateUnknown _ -> Code.ESTIMATE_UNKNOWN;
            case TooLong _ -> Code.TOO_LONG;
            case FreezeTooLong _ -> Code.FREEZE_TOO_LONG;
            case NotBorne _ -> Code.FREEZE_NOT_BORNE;
            case Outranked _ -> Code.OUTRANKED;
            case GroupIncomplete _ -> Code.GROUP_INCOMPLETE;
            case NoDestination _ -> Code.NO_COMPATIBLE_DESTINATION;
            case NoTimeToTry _ -> Code.NO_TIME_TO_TRY;
            case NotReached _ -> Code.NOT_REACHED;
            case PlanStands _ -> Code.PLAN_STANDS;
        };
    }

    enum Code {
        CONDITION_FALSE,
        ESTIMATE_UNKNOWN,
        TOO_LONG,
        FREEZE_TOO_LONG,
        FREEZE_NOT_BORNE,
        OUTRANKED,
        GROUP_INCOMPLETE,
        NO_COMPATIBLE_DESTINATION,
        NO_TIME_TO_TRY,
        NOT_REACHED,
        PLAN_STANDS
    }

    /// @param shortBy what the window lacks for it as well; zero where it would fit or where nobody knows
    record ConditionFalse(String condition, String seen, Duration shortBy) implements Refusal {}

    record EstimateUnknown(Estimate.UnknownReason reason) implements Refusal {}

    /// Even with the link to itself it would not be done in time.
    record TooLong(Duration needed, Duration usable) implements Refusal {
        public Duration over() {
            return needed.minus(usable);
        }
    }

    /// @param frozen the least that any number of rounds in time would give
    record FreezeTooLong(Duration frozen, Duration allowed) implements Refusal {
        public Duration over() {
            return frozen.minus(allowed);
        }
    }

    /// Its policy would have it stand still for longer; somebody ends it before, such as a kubelet whose probe
    /// it does not answer.
    ///
    /// @param frozen the least that any number of rounds in time would give
    record NotBorne(Duration frozen, Duration borne) implements Refusal {
        public Duration over() {
            return frozen.minus(borne);
        }
    }

    /// It would fit alone, but what is worth more takes the link.
    ///
    /// @param left what the plan leaves of its usable time
    record Outranked(Duration needed, Duration left) implements Refusal {
        public Duration over() {
            return needed.minus(left);
        }
    }

    /// A member of its all-or-nothing group cannot take this rung.
    record GroupIncomplete(WorkloadId member) implements Refusal {}

    /// @param nodes why each offered node cannot take it
    record NoDestination(List<Placement.Refused> nodes) implements Refusal {
        public NoDestination {
            nodes = List.copyOf(nodes);
        }
    }

    /// Its turn never came: what has a forecast fills the whole window.
    record NoTimeToTry(Estimate.UnknownReason reason) implements Refusal {}

    /// A rung above it was taken.
    record NotReached() implements Refusal {}

    /// It could be taken now, but a plan that is being carried out is changed for a clear gain only.
    record PlanStands() implements Refusal {}
}
