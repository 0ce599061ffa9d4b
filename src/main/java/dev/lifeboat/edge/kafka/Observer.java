package dev.lifeboat.edge.kafka;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.plan.Pace;
import dev.lifeboat.plan.StandingRisk.NoCompatibleDestination;
import java.time.Instant;
import java.util.List;

/// Is told what was made durable, for metrics and logs. Must not block.
public interface Observer {
    Observer NONE = new Observer() {
        @Override
        public void decided(JournalEvent event) {}

        @Override
        public void ordered(Order order) {}

        @Override
        public void echoed(Report.Echoed echoed, Instant heardAt) {}

        @Override
        public void deadLetter(String reason) {}
    };

    void decided(JournalEvent event);

    void ordered(Order order);

    /// A canary came back. Every orchestrator hears of it.
    void echoed(Report.Echoed echoed, Instant heardAt);

    /// @param reason a stable code
    void deadLetter(String reason);

    /// What could be restored nowhere right now; told again and again, the same as long as it is so.
    default void homeless(List<NoCompatibleDestination> workloads) {}

    /// How often running workloads should be copied ahead, and which would not fit however often; told likewise.
    default void paced(List<Pace> paces) {}
}
