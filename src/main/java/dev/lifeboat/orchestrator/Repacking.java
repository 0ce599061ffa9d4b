package dev.lifeboat.orchestrator;

import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.plan.Straits;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What holds a save up, and what packing otherwise would win, from how its bytes have been flowing.
///
/// Agents begin with their densest codec, so where the link is the bound there is nothing left to win. Where it stood
/// idle, packing did not keep up with it, and a faster codec sends more bytes in less time.
///
/// @param to null where no other codec is clearly faster
/// @param gain times as fast, as long as the flow goes on as it did
record Repacking(Straits.Bound bound, @Nullable Codec to, double gain) {
    /// Of its time the link may stand idle before it counts as waiting for the packers: parts end and begin.
    private static final double BUSY = 0.9;

    /// Less may be chance.
    private static final double LEAST_GAIN = 1.1;

    static final Repacking NONE = new Repacking(Straits.Bound.LINK, null, 1);

    /// From one codec to the next faster one. Measured: zstd-1 packs 431 MB/s to 1/2.70 on one core of our reference
    /// machine, lz4 845 MB/s to 1/1.98; not packing at all is bound by memory.
    private enum Step {
        TO_LZ4(Codec.LZ4, 845.0 / 431, 2.70 / 1.98),
        TO_NONE(Codec.NONE, 5, 1.98);

        private final Codec to;
        private final double faster;
        private final double longer;

        Step(Codec to, double faster, double longer) {
            this.to = to;
            this.faster = faster;
            this.longer = longer;
        }
    }

    /// @param codec in use; null for the agent's own
    static Repacking of(@Nullable Flow flow, @Nullable Codec codec) {
        if (flow == null || flow.steps().isEmpty()) {
            return NONE;
        }
        double elapsed = 0;
        double sending = 0;
        for (Flow.Step step : flow.steps()) {
            Duration busy = step.sending();
            if (busy == null) {
                return NONE;
            }
            elapsed += step.elapsed().toNanos();
            sending += busy.toNanos();
        }
        double share = sending / elapsed;
        return share >= BUSY ? NONE : faster(codec, share);
    }

    /// The packers may be as much faster as their codec, but not beyond what the link takes of its longer output.
    private static Repacking faster(@Nullable Codec codec, double share) {
        Step step = next(codec);
        if (step == null) {
            return new Repacking(Straits.Bound.CODEC, null, 1);
        }
        double gain = Math.min(step.faster, 1 / Math.max(share, 1e-3) / step.longer);
        return new Repacking(Straits.Bound.CODEC, gain >= LEAST_GAIN ? step.to : null, Math.max(1, gain));
    }

    private static @Nullable Step next(@Nullable Codec codec) {
        return switch (codec) {
            case null -> Step.TO_LZ4;
            case ZSTD, GZIP -> Step.TO_LZ4;
            case LZ4 -> Step.TO_NONE;
            case NONE -> null;
        };
    }
}
