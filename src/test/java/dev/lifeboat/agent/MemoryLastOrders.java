package dev.lifeboat.agent;

import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.StandingOrders;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A disk that survives every agent.
public final class MemoryLastOrders implements LastOrders {
    private volatile @Nullable StandingOrders held;
    private volatile List<Report.ActedAlone> acts = List.of();

    @Override
    public Optional<StandingOrders> read() {
        return Optional.ofNullable(held);
    }

    @Override
    public void keep(StandingOrders orders) {
        held = orders;
    }

    @Override
    public List<Report.ActedAlone> acts() {
        return acts;
    }

    @Override
    public void keepActs(List<Report.ActedAlone> open) {
        acts = List.copyOf(open);
    }
}
