package dev.lifeboat.agent;

import dev.lifeboat.agent.CheckpointStore.Layer;
import dev.lifeboat.agent.CheckpointStore.Taken;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What an agent needs to copy running workloads ahead of any notice.
///
/// @param budget that no round exceeds, whatever a policy allows
/// @param rounds of one chain; then it starts anew, so that a restore has few objects to read from and what
///     nobody needs any more goes
/// @param preDumper where the kernel tells what was written; null where it does not, and content has to tell
public record Ahead(
        LiveMemory memory,
        Budget budget,
        Gauge gauge,
        int rounds,
        @Nullable PreDumper preDumper,
        Tempo tempo) {
    /// Nothing is copied ahead.
    public static final Ahead NONE = new Ahead(
            LiveMemory.NONE,
            new Budget(1, ByteRate.ofMegabytes(1)),
            new Gauge() {
                @Override
                public Duration elapsed() {
                    return Duration.ZERO;
                }

                @Override
                public Duration processor() {
                    return Duration.ZERO;
                }
            },
            1,
            null,
            Tempo.NEVER);

    /// By content, a round whenever it is asked for: on any kernel.
    public Ahead(LiveMemory memory, Budget budget, Gauge gauge, int rounds) {
        this(memory, budget, gauge, rounds, null);
    }

    /// A round whenever it is asked for.
    public Ahead(LiveMemory memory, Budget budget, Gauge gauge, int rounds, @Nullable PreDumper preDumper) {
        this(memory, budget, gauge, rounds, preDumper, Tempo.ALWAYS);
    }

    public Ahead {
        if (rounds < 1) {
            throw new IllegalArgumentException("a chain has at least one round: " + rounds);
        }
    }

    /// As fast as it goes: somebody waits for it.
    Ahead atOnce() {
        return new Ahead(memory, Budget.WHOLE, gauge, rounds, preDumper, tempo);
    }

    /// Whether what is copied is to count though it is cut off: it is waited for, and sending it again
    /// would take as long.
    boolean isAwaited() {
        return budget.equals(Budget.WHOLE);
    }

    /// What a layer has in the end that is not to be filled any further.
    Taken cut(Layer layer) throws InterruptedException {
        return isAwaited() ? layer.finish() : layer.taken();
    }

    /// Within what the policy of the workload allows, too.
    Ahead of(WorkloadId workload) {
        return tempo.rhythm(workload)
                .map(rhythm -> new Budget(rhythm.processorShare(), rhythm.link()))
                .map(allowed -> new Ahead(memory, budget.within(allowed), gauge, rounds, preDumper, tempo))
                .orElse(this);
    }
}
