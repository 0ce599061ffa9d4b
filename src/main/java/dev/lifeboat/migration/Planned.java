package dev.lifeboat.migration;

import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.plan.Fallback;
import dev.lifeboat.quantity.ByteCount;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What the plan of its node has for one migration. It may change until the save has ended.
///
/// @param rank its turn on the node's link, from 1; 0 while the plan has no turn for it
/// @param rung of its policy; empty without one
/// @param rounds pre-dump rounds before the final dump, 0 or more
/// @param level how far down the fallback ladder the save under way is
/// @param codec that its pages are packed with from now on; null for its agent's own
/// @param freezeBy when its rounds are cut off, should the orchestrator be out of reach by then; null
///     without rounds
public record Planned(
        int rank,
        String rung,
        int rounds,
        Fallback.Level level,
        Stake stake,
        @Nullable Codec codec,
        @Nullable Instant freezeBy) {
    /// A limit that has come closer by less is a forecast's jitter.
    private static final Duration NEAR = Duration.ofSeconds(5);

    /// Without a turn, and without a policy.
    public static final Planned NOTHING = new Planned(0, "", 0, Fallback.Level.L0_GO_ON, Stake.NONE);

    /// Packed as its agent packs.
    public Planned(int rank, String rung, int rounds, Fallback.Level level, Stake stake) {
        this(rank, rung, rounds, level, stake, null, null);
    }

    public Planned {
        if (rank < 0 || rounds < 0) {
            throw new IllegalArgumentException("rank and rounds cannot be negative: " + rank + ", " + rounds);
        }
    }

    /// What it counts for.
    ///
    /// @param policy whose budget its save takes from; empty for none
    /// @param atOnce saves that may be under way under that policy, 1 or more
    /// @param value of having it saved
    /// @param wire bytes that its save sends, at the wanted confidence; 0 while unknown
    /// @param group that is saved all or none; null for one that stands alone
    public record Stake(
            String policy,
            int atOnce,
            double value,
            ByteCount wire,
            @Nullable String group) {
        public Stake(String policy, int atOnce, double value, ByteCount wire) {
            this(policy, atOnce, value, wire, null);
        }

        public Stake in(String other) {
            return new Stake(policy, atOnce, value, wire, other);
        }

        public static final Stake NONE = new Stake("", Integer.MAX_VALUE, 1, ByteCount.ZERO);
    }

    /// A save in its turn, and nothing more is known of it.
    public static Planned turn(int rank) {
        return new Planned(rank, "", 0, Fallback.Level.L0_GO_ON, Stake.NONE);
    }

    public boolean hasTurn() {
        return rank > 0;
    }

    public Planned ranked(int other) {
        return new Planned(other, rung, rounds, level, stake, codec, freezeBy);
    }

    /// Whether agents would do the same by both; ranks are compared by whoever sees all of them.
    public boolean asks(Planned other) {
        return hasTurn() == other.hasTurn()
                && rung.equals(other.rung)
                && rounds == other.rounds
                && level == other.level
                && codec == other.codec
                && !hurries(other);
    }

    private boolean hurries(Planned other) {
        return freezeBy != null && other.freezeBy != null && freezeBy.isBefore(other.freezeBy.minus(NEAR));
    }
}
