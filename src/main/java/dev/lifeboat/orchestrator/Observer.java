package dev.lifeboat.orchestrator;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.notice.Reclaim;
import dev.lifeboat.plan.Pace;
import dev.lifeboat.plan.StandingRisk.CannotBeSaved;
import dev.lifeboat.plan.StandingRisk.NoCompatibleDestination;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Port: is told what was made durable, for metrics and logs. Must not block.
public interface Observer {
    Observer NONE = new Observer() {
        @Override
        public void decided(Decided decided) {}

        @Override
        public void ordered(Order order) {}

        @Override
        public void echoed(Report.Echoed echoed, Instant heardAt) {}

        @Override
        public void deadLetter(String reason) {}
    };

    /// What was decided, and what it left behind.
    ///
    /// @param migration that the event is about, after all that the same input led to; null for events of nodes
    /// @param reclaim of the node that the migration leaves; null for events of nodes
    record Decided(
            JournalEvent event,
            @Nullable Migration migration,
            @Nullable Reclaim reclaim) {}

    /// What the journals of partitions that are about to be taken hold, in their order; [#took] comes after.
    default void replayed(JournalEvent event) {}

    /// From now on this process decides for these partitions, and for no other.
    ///
    /// @param open every migration there that is not closed
    default void took(Set<Integer> partitions, Collection<Migration> open) {}

    /// From now on this process decides for nothing.
    default void gaveUp() {}

    void decided(Decided decided);

    void ordered(Order order);

    /// Pages flow: at most four times a second for each save, and not journalled.
    default void progressed(Report.SaveProgress progress) {}

    /// A canary came back. Every orchestrator hears of it.
    void echoed(Report.Echoed echoed, Instant heardAt);

    /// @param reason a stable code
    void deadLetter(String reason);

    /// Who was heard of lately, and what they said; told every few seconds, by every orchestrator.
    default void seen(View view, Instant now) {}

    /// What could be restored nowhere right now; told again and again, the same as long as it is so.
    default void homeless(List<NoCompatibleDestination> workloads) {}

    /// What could not be saved right now, whatever its window; told likewise.
    default void obstructed(List<CannotBeSaved> workloads) {}

    /// How often running workloads should be copied ahead, and which would not fit however often; told likewise.
    default void paced(List<Pace> paces) {}
}
