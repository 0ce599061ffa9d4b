package dev.lifeboat.orchestrator;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.Migration;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.plan.Pace;
import dev.lifeboat.plan.StandingRisk.CannotBeSaved;
import dev.lifeboat.plan.StandingRisk.NoCompatibleDestination;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/// Tells each of several, in their order.
public record Observers(List<Observer> all) implements Observer {
    public Observers {
        all = List.copyOf(all);
    }

    @Override
    public void replayed(JournalEvent event) {
        all.forEach(each -> each.replayed(event));
    }

    @Override
    public void took(Set<Integer> partitions, Collection<Migration> open) {
        all.forEach(each -> each.took(partitions, open));
    }

    @Override
    public void gaveUp() {
        all.forEach(Observer::gaveUp);
    }

    @Override
    public void decided(Decided decided) {
        all.forEach(each -> each.decided(decided));
    }

    @Override
    public void ordered(Order order) {
        all.forEach(each -> each.ordered(order));
    }

    @Override
    public void progressed(Report.SaveProgress progress) {
        all.forEach(each -> each.progressed(progress));
    }

    @Override
    public void echoed(Report.Echoed echoed, Instant heardAt) {
        all.forEach(each -> each.echoed(echoed, heardAt));
    }

    @Override
    public void deadLetter(String reason) {
        all.forEach(each -> each.deadLetter(reason));
    }

    @Override
    public void seen(View view, Instant now) {
        all.forEach(each -> each.seen(view, now));
    }

    @Override
    public void homeless(List<NoCompatibleDestination> workloads) {
        all.forEach(each -> each.homeless(workloads));
    }

    @Override
    public void obstructed(List<CannotBeSaved> workloads) {
        all.forEach(each -> each.obstructed(workloads));
    }

    @Override
    public void paced(List<Pace> paces) {
        all.forEach(each -> each.paced(paces));
    }
}
