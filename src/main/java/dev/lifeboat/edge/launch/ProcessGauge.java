package dev.lifeboat.edge.launch;

import com.sun.management.OperatingSystemMXBean;
import dev.lifeboat.agent.Gauge;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/// This process, by the JVM's own figures.
public final class ProcessGauge implements Gauge {
    private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    @Override
    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime());
    }

    @Override
    public Duration processor() {
        return Duration.ofNanos(system.getProcessCpuTime());
    }
}
