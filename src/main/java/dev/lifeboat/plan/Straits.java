package dev.lifeboat.plan;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where one save under way stands, with everything that could still be done for it. Estimates are of the time until
/// it is durable, from now.
///
/// @param left usable time, commit kept back
/// @param staged with the rounds still planned; the same as `frozenNow` when there are none
/// @param frozenNow without any more rounds
/// @param bound what holds the transfer up
/// @param otherCodec frozen now, with a faster codec where the codec is the bound, a denser one where the link is
/// @param spill null where no survivor could take it
/// @param rivals what else holds or wants the link; the workload itself is not among them
/// @param background null where no checkpoint of it is complete
public record Straits(
        Duration left,
        Confidence confidence,
        Estimate staged,
        Estimate frozenNow,
        Bound bound,
        @Nullable Estimate otherCodec,
        @Nullable Spilling spill,
        Claimed own,
        List<Rival> rivals,
        @Nullable Background background) {
    public Straits {
        rivals = List.copyOf(rivals);
    }

    public enum Bound {
        CODEC,
        LINK;

        String word() {
            return this == CODEC ? "codec" : "link";
        }

        String remedy() {
            return this == CODEC ? "compressed faster" : "compressed denser";
        }
    }

    /// @param estimate of sending the rest to a survivor's memory or disk
    public record Spilling(NodeName survivor, Estimate estimate) {}

    /// @param remaining link time that it still takes
    public record Claimed(double value, Duration remaining) {
        /// Value per remaining second.
        double density() {
            return value / Math.max(1e-3, remaining.toNanos() / 1e9);
        }
    }

    /// A workload, or a whole all-or-nothing group.
    ///
    /// @param without the forecast of our save, frozen now, once this rival and all that are worth less per second
    ///     are off the link
    public record Rival(List<WorkloadId> members, Claimed claimed, Estimate without) {
        public Rival {
            members = List.copyOf(members);
        }
    }

    /// @param loses work since then
    public record Background(Duration loses) {}
}
