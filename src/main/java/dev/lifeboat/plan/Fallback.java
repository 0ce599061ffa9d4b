package dev.lifeboat.plan;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.util.List;

/// What to do with one save under way, from what costs nothing to what loses most. Each level is only taken when
/// the ones before it would not be durable in time at the wanted confidence.
public sealed interface Fallback {
    /// Stable; shown to users.
    default Level level() {
        return switch (this) {
            case GoOn _ -> Level.L0_GO_ON;
            case FreezeNow _ -> Level.L1_FREEZE_NOW;
            case ChangeCodec _ -> Level.L2_CHANGE_CODEC;
            case Spill _ -> Level.L3_SPILL;
            case Drop _ -> Level.L4_DROP;
            case KeepBackground _ -> Level.L5_KEEP_BACKGROUND;
            case Signal _ -> Level.L6_SIGNAL;
        };
    }

    enum Level {
        L0_GO_ON,
        L1_FREEZE_NOW,
        L2_CHANGE_CODEC,
        L3_SPILL,
        L4_DROP,
        L5_KEEP_BACKGROUND,
        L6_SIGNAL
    }

    /// One sentence for events and logs.
    default String explanation() {
        return switch (this) {
            case GoOn it -> "pre-dump rounds and the final dump " + fit(it.needed(), it.left());
            case FreezeNow it -> "no time for more rounds; frozen now, the final dump " + fit(it.needed(), it.left());
            case ChangeCodec it ->
                "the " + it.bound().word() + " is what holds it up; "
                        + it.bound().remedy() + ", it " + fit(it.needed(), it.left());
            case Spill it ->
                "too slow to the store; to " + it.survivor().value() + " it " + fit(it.needed(), it.left());
            case Drop it -> "without " + names(it.dropped()) + " on the link it " + fit(it.needed(), it.left());
            case KeepBackground it ->
                "nothing fits into " + it.left() + "; the last complete checkpoint stands, work of " + it.loses()
                        + " is lost";
            case Signal it -> "nothing fits into " + it.left() + " and no checkpoint is complete; the workload is told";
        };
    }

    private static String fit(Duration needed, Duration left) {
        return "needs " + needed + " of " + left;
    }

    private static String names(List<WorkloadId> workloads) {
        return String.join(", ", workloads.stream().map(WorkloadId::toString).toList());
    }

    /// @param needed at the wanted confidence
    record GoOn(Duration needed, Duration left) implements Fallback {}

    record FreezeNow(Duration needed, Duration left) implements Fallback {}

    record ChangeCodec(Straits.Bound bound, Duration needed, Duration left) implements Fallback {}

    record Spill(NodeName survivor, Duration needed, Duration left) implements Fallback {}

    /// @param dropped others on the link, whole groups only
    record Drop(List<WorkloadId> dropped, Duration needed, Duration left) implements Fallback {
        public Drop {
            dropped = List.copyOf(dropped);
        }
    }

    /// @param loses work since that checkpoint
    record KeepBackground(Duration loses, Duration left) implements Fallback {}

    record Signal(Duration left) implements Fallback {}

    /// Pure. Unknown forecasts count as not fitting; where even the save as it goes has none, the last safe state is
    /// what counts.
    static Fallback pick(Straits straits) {
        return new Descent(straits).pick();
    }
}
