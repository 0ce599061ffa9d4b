package dev.lifeboat.edge.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/// Hands on all that a consumer's partitions hold, and then what comes, on a thread of its own. What
/// Kafka refuses for a while, a right taken away or a password changed, is asked for again: nobody is
/// to decide on what was known long ago.
final class Follower implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    /// Between two tries of what was refused.
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final Logger LOG = Logger.getLogger(Follower.class);

    private final Brokers brokers;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Consumer<ConsumerRecords<byte[], byte[]>> take;

    /// @param consumer assigned and sought; this follower's from now on
    /// @param take called by one thread at a time
    Follower(Brokers brokers, KafkaConsumer<byte[], byte[]> consumer, Consumer<ConsumerRecords<byte[], byte[]>> take) {
        this.brokers = brokers;
        this.consumer = consumer;
        this.take = take;
    }

    /// To where these end now, and as far as the last stable offset: what a former owner leaves open
    /// comes later. Before [#start(String)].
    ///
    /// @throws KafkaException what Kafka refuses
    void catchUp(List<TopicPartition> partitions) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (partitions.stream()
                .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
            take.accept(consumer.poll(POLL));
        }
    }

    void start(String name) {
        Thread.ofPlatform().name(name).start(this::run);
    }

    private void run() {
        try (consumer) {
            while (true) {
                takeWhatCame();
            }
        } catch (WakeupException _) {
            // closed
        }
    }

    private void takeWhatCame() {
        try {
            take.accept(consumer.poll(POLL));
        } catch (WakeupException closed) {
            throw closed;
        } catch (KafkaException refused) {
            LOG.warnf(
                    "%s knows nothing new, and tries again why=%s",
                    Thread.currentThread().getName(), brokers.why(refused));
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /// Ends soon, on its own thread.
    @Override
    public void close() {
        consumer.wakeup();
    }
}
