package dev.lifeboat.edge.launch.bench;

import dev.lifeboat.agent.DirtyWatch;
import dev.lifeboat.agent.Evacuee;
import dev.lifeboat.agent.LiveMemory;
import dev.lifeboat.edge.launch.ProcessGauge;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/// What drawing the victim's dirty curve costs, as the agent does it.
final class WatchCost {
    /// The agent's rest between two windows, unless it was set otherwise.
    private static final Duration REST = Duration.ofSeconds(60);

    private WatchCost() {}

    /// @return share of one core per GiB watched: the second window's, when the code is warm, spread over window and
    /// rest
    static double share(BenchVictim victim, LiveMemory memory) throws InterruptedException {
        var footprint = new Footprint(victim.memory(), ByteCount.ZERO, 1);
        var workload = new Workload(new WorkloadId("bench", "victim"), "Process", "victim", Map.of(), footprint);
        var evacuees = List.of(new Evacuee(workload, victim.pid(), null));
        var watch = new DirtyWatch(memory, new ProcessGauge());
        watch.window(evacuees, Instant::now, new CountDownLatch(1));
        var thread = ManagementFactory.getThreadMXBean();
        long before = thread.getCurrentThreadCpuTime();
        watch.window(evacuees, Instant::now, new CountDownLatch(1));
        double spent = (thread.getCurrentThreadCpuTime() - before) / 1e9;
        double period = Measured.seconds(DirtyWatch.AGES.getLast().plus(REST));
        return spent / period / (victim.memory().bytes() / (double) (1 << 30));
    }
}
