package dev.lifeboat.edge.launch.bench;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/// Another JVM on this machine, asked through its management beans.
final class Jvm implements AutoCloseable {
    private static final int LOOK_MILLIS = 250;

    private final ProcessHandle process;
    private final JMXConnector connector;
    private final MBeanServerConnection beans;
    private final MemoryMXBean memory;
    private final AtomicLong peak = new AtomicLong();
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("heap").daemon().factory());

    private Jvm(ProcessHandle process, JMXConnector connector) throws IOException {
        this.process = process;
        this.connector = connector;
        this.beans = connector.getMBeanServerConnection();
        this.memory = ManagementFactory.newPlatformMXBeanProxy(
                beans, ManagementFactory.MEMORY_MXBEAN_NAME, MemoryMXBean.class);
        var _ = looks.scheduleAtFixedRate(this::look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    @SuppressWarnings("BanJNDI") // The address is that of a JVM which we have started ourselves.
    static Jvm of(Process process) throws IOException {
        try {
            var machine = VirtualMachine.attach(Long.toString(process.pid()));
            try {
                var address = new JMXServiceURL(machine.startLocalManagementAgent());
                return new Jvm(process.toHandle(), JMXConnectorFactory.connect(address));
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException e) {
            throw new IOException("cannot look into process " + process.pid() + ": " + e.getMessage(), e);
        }
    }

    /// Processor time of the whole process so far.
    Duration processor() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /// The largest heap seen since the start, garbage included.
    long peakHeapBytes() {
        return peak.get();
    }

    /// What a full collection leaves.
    long liveHeapBytes() {
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }

    /// The sum over all beans of the pattern; zero when there is none.
    double sum(String pattern, String attribute) throws IOException {
        try {
            double sum = 0;
            for (ObjectName name : beans.queryNames(new ObjectName(pattern), null)) {
                sum += ((Number) beans.getAttribute(name, attribute)).doubleValue();
            }
            return sum;
        } catch (JMException e) {
            throw new IOException("no " + attribute + " of " + pattern, e);
        }
    }

    @Override
    public void close() throws IOException {
        looks.shutdownNow();
        connector.close();
    }

    private void look() {
        peak.accumulateAndGet(memory.getHeapMemoryUsage().getUsed(), Math::max);
    }
}
