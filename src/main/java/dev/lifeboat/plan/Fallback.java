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

    /// In the order in which they are tried. What triggers each is decided by [#pick]; who carries it out is told here,
    /// and drawn in docs/reference/fallback.md.
    enum Level {
        L0_GO_ON(
                "the rest is durable in time at the policy's confidence; while rounds are made also as long as the final"
                        + " dump alone would take no more than four fifths of what is left",
                "the agent goes on with its rounds, then freezes the workload",
                "nothing"),
        L1_FREEZE_NOW(
                "neither is so any more, the final dump alone still fits",
                "the orchestrator sends the save's order again without rounds; the agent sends what it has read, and"
                        + " freezes the workload. Without a word it does so at the time that the order names",
                "a longer freeze"),
        L2_CHANGE_CODEC(
                "the link stood idle for more than a tenth of the last two seconds, so packing holds the save up, and the"
                        + " next faster codec would win more than a tenth; also taken along by every deeper level",
                "the orchestrator sends the save's order again with another codec, the agent packs the next chunks with it",
                "more bytes in the store"),
        L3_SPILL("never: agents cannot send pages to one another", "nobody", "-"),
        L4_DROP(
                "others on the link are worth less, and a plan without them is worth 1.25 times as much; of a group that is"
                        + " saved all or none, also once another of it has been given up while none was safe",
                "the orchestrator takes their saves back (`OUTRANKED`), their agents thaw them",
                "the others' saves, as far as they had come"),
        L5_KEEP_BACKGROUND(
                "nothing fits, and the policy's `background` has left a complete checkpoint of it, on a node that its cloud"
                        + " takes; also when its saves failed, were taken back, or its node died without a window",
                "the orchestrator lets the workload run on (nobody is told to end) and a save under way go on; once the"
                        + " node is proven dead, and survivors found no newer checkpoint, a survivor restores that one",
                "the work since that checkpoint, which `BackgroundChosen` says"),
        L6_SIGNAL(
                "nothing fits and no checkpoint of it is complete; it is done once what is left of the window is the grace of the policy's drain rung (10 s"
                        + " without one) and not even half of such saves would still be durable by its end, or the save"
                        + " has not begun and the plan has no turn for it",
                "the orchestrator takes the save back (`TOLD_TO_END`), the agent thaws the workload and sends it SIGTERM",
                "the work since it was started or restored");

        private final String trigger;
        private final String executor;
        private final String price;

        Level(String trigger, String executor, String price) {
            this.trigger = trigger;
            this.executor = executor;
            this.price = price;
        }

        /// When it is taken, for people.
        public String trigger() {
            return trigger;
        }

        /// Who does what, for people.
        public String executor() {
            return executor;
        }

        /// What is lost by it, for people.
        public String price() {
            return price;
        }
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
