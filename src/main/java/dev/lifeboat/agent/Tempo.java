package dev.lifeboat.agent;

import dev.lifeboat.migration.StandingOrders.Rhythm;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How often workloads are copied ahead.
///
/// @param said by the orchestrator, last; asked again for every round
/// @param otherwise from the start of a round to the next, for a workload of which nothing was said; null for
///     not at all
public record Tempo(Supplier<List<Rhythm>> said, @Nullable Duration otherwise) {
    /// Whenever somebody asks for it.
    public static final Tempo ALWAYS = new Tempo(List::of, Duration.ZERO);

    /// Not at all, whatever was said.
    public static final Tempo NEVER = new Tempo(List::of, null);

    /// @return null for not at all
    @Nullable
    Duration every(WorkloadId workload) {
        Optional<Rhythm> rhythm = rhythm(workload);
        return rhythm.isPresent() ? rhythm.get().every() : otherwise;
    }

    Optional<Rhythm> rhythm(WorkloadId workload) {
        return said.get().stream()
                .filter(rhythm -> rhythm.workload().equals(workload))
                .findFirst();
    }
}
