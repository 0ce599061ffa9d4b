package dev.lifeboat.edge.launch;

import dev.lifeboat.agent.LastOrders;
import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// What the standing orders say of each workload's saves.
final class SaidTerms {
    /// Orchestrators say it within a second of the heartbeat that names the workload first; its save may be ordered in
    /// that very second.
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final LastOrders last;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();

    SaidTerms(LastOrders last) {
        this.last = last;
    }

    /// Empty while nobody has spoken of the workload.
    Optional<StandingOrders.Terms> of(WorkloadId workload) {
        return last.read().flatMap(orders -> orders.terms(workload));
    }

    /// Waits for what nobody has said yet, but not for long: no memory is lost for want of a word.
    StandingOrders.Terms awaited(WorkloadId workload) {
        lock.lock();
        try {
            long left = PATIENCE.toNanos();
            while (left > 0 && of(workload).isEmpty()) {
                left = news.awaitNanos(left);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        return of(workload).orElseGet(() -> StandingOrders.Terms.unsaid(workload));
    }

    /// Newer standing orders are there.
    void heard() {
        lock.lock();
        try {
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
