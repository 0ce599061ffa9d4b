package dev.lifeboat.agent;

import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Workloads that run here before all their pages are there. Whoever looked at their memory meanwhile would take a page
/// that is missing for one of zeros: nobody copies, watches or saves them.
final class Fillings {
    private final Map<WorkloadId, CountDownLatch> all = new ConcurrentHashMap<>();

    void begun(WorkloadId workload) {
        all.put(workload, new CountDownLatch(1));
    }

    void ended(WorkloadId workload) {
        CountDownLatch ended = all.remove(workload);
        if (ended != null) {
            ended.countDown();
        }
    }

    /// Waits until nobody waits for pages any more.
    ///
    /// @return false when somebody does, after `limit`
    boolean awaitAll(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        for (WorkloadId each : all.keySet()) {
            if (!await(each, Duration.ofNanos(Math.max(0, end - System.nanoTime())))) {
                return false;
            }
        }
        return true;
    }

    boolean isWhole(WorkloadId workload) {
        return !all.containsKey(workload);
    }

    /// Waits until it is whole.
    ///
    /// @return false when it is not, after `limit`
    boolean await(WorkloadId workload, Duration limit) throws InterruptedException {
        CountDownLatch filling = all.get(workload);
        return filling == null || filling.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }
}
