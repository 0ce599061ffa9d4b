package dev.lifeboat.edge.telemetry;

import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.notice.NoticeId;
import io.prometheus.client.exemplars.Exemplar;
import io.prometheus.client.exemplars.ExemplarSampler;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// Gives each figure the id of what it was counted for, so that a bad bucket leads to
/// `lifeboat explain ID`. An exemplar makes no series, and Prometheus keeps a bounded number of them; a
/// label would do neither.
///
/// The newest one of a bucket counts. What is recorded outside [#about] has none.
///
/// OpenMetrics 1.0 (read 2026-11-22) allows a name and a value of 128 characters together: the ids,
/// whose lengths are bounded by their types, stay below that.
public final class Exemplars implements ExemplarSampler {
    private static final ScopedValue<Subject> ABOUT = ScopedValue.newInstance();

    private final InstantSource clock;

    /// @param label of the exemplar
    private record Subject(String label, String id) {}

    public Exemplars(InstantSource clock) {
        this.clock = clock;
    }

    /// All that is recorded meanwhile, by this thread, is about this migration.
    static void about(MigrationId migration, Runnable counting) {
        ScopedValue.where(ABOUT, new Subject("migration", migration.value())).run(counting);
    }

    /// The same for a notice.
    static void about(NoticeId notice, Runnable counting) {
        ScopedValue.where(ABOUT, new Subject("notice", notice.value())).run(counting);
    }

    @Override
    public @Nullable Exemplar sample(double increment, @Nullable Exemplar previous) {
        return ABOUT.isBound() ? exemplar(increment, ABOUT.get()) : previous;
    }

    @Override
    public @Nullable Exemplar sample(double value, double from, double to, @Nullable Exemplar previous) {
        return sample(value, previous);
    }

    private Exemplar exemplar(double value, Subject subject) {
        return new Exemplar(value, clock.millis(), subject.label(), subject.id());
    }
}
