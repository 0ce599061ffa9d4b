package dev.lifeboat.edge.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Lets time in as a record: once a second into every partition that this process owns,
/// and four times while something there waits to be saved, for then plans are drawn again. A decision that only time
/// calls for thereby has an input, and its transaction an offset by which a former owner is fenced.
final class Ticks implements AutoCloseable {
    private static final byte[] TICK = "{\"v\":1,\"type\":\"tick\"}".getBytes(StandardCharsets.UTF_8);
    private static final Duration PRESSED = Duration.ofMillis(250);

    /// Of those, one in so many where nothing presses.
    private static final int CALM = 4;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("ticks").factory());

    private int count;

    /// @param pressed those of the partitions that cannot wait a second
    static Ticks start(
            Producer<byte[], byte[]> producer, Supplier<Set<Integer>> partitions, Supplier<Set<Integer>> pressed) {
        var ticks = new Ticks();
        var _ = ticks.timer.scheduleAtFixedRate(
                () -> tick(producer, ticks.count++ % CALM == 0 ? partitions.get() : pressed.get()),
                0,
                PRESSED.toMillis(),
                TimeUnit.MILLISECONDS);
        return ticks;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    private static void tick(Producer<byte[], byte[]> producer, Set<Integer> partitions) {
        for (int partition : partitions) {
            // A lost tick is made good by the next.
            var _ = producer.send(new ProducerRecord<>(Topics.TICKS, partition, null, TICK));
        }
    }
}
