package dev.lifeboat.agent;

import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.StandingOrders;
import java.util.List;
import java.util.Optional;

/// Keeps what an agent needs to act alone where it survives the agent. What is kept is on the disk on return, unless
/// the disk refuses it.
public interface LastOrders {
    /// The newest standing orders; empty until some were given.
    Optional<StandingOrders> read();

    void keep(StandingOrders orders);

    /// What was begun alone, and the orchestrator has not spoken of yet.
    List<Report.ActedAlone> acts();

    void keepActs(List<Report.ActedAlone> acts);
}
