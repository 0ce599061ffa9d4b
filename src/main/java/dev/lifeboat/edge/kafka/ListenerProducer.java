package dev.lifeboat.edge.kafka;

import dev.lifeboat.listener.LogUnreachable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The listener's connection to Kafka: idempotent, every in-sync replica must have a record before it counts, and a
/// wait that ends. Safe for several threads.
public final class ListenerProducer implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ListenerProducer.class);

    private final Brokers brokers;
    private final Duration patience;
    private @Nullable KafkaProducer<byte[], byte[]> producer;

    /// @param patience how long a record may take to be durable; past it the caller hears that the log is out of reach
    public ListenerProducer(Brokers brokers, Duration patience) {
        this.brokers = brokers;
        this.patience = patience;
    }

    /// Meets the broker before there is anything to say: a node's first notice is as a rule its only one, and must not
    /// wait for metadata and class loading. Only says so when no broker answers.
    public void warm() {
        try {
            meet();
        } catch (KafkaException e) {
            LOG.warnf("Kafka does not answer, notices will be spooled why=%s", brokers.why(e));
        }
    }

    /// Whether a broker answers now.
    public boolean answers() {
        try {
            meet();
            return true;
        } catch (KafkaException _) {
            return false;
        }
    }

    private void meet() {
        for (String topic : List.of(Topics.NOTICES, Topics.DEAD_LETTERS)) {
            LOG.debugf(
                    "topic found topic=%s partitions=%d",
                    topic, producer().partitionsFor(topic).size());
        }
    }

    /// Returns once all records are durable.
    void append(List<ProducerRecord<byte[], byte[]>> records) {
        var pending = new ArrayList<Future<RecordMetadata>>();
        try {
            for (var record : records) {
                pending.add(producer().send(record));
            }
            for (var sent : pending) {
                sent.get(2 * patience.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (ExecutionException | TimeoutException e) {
            throw unreachable(e);
        } catch (InterruptException | InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable(e);
        } catch (KafkaException e) {
            throw unreachable(e);
        }
    }

    @Override
    public synchronized void close() {
        if (producer != null) {
            producer.close(patience);
        }
    }

    /// A broker whose name is not known yet must not keep a listener from starting.
    private synchronized KafkaProducer<byte[], byte[]> producer() {
        if (producer == null) {
            producer = connect();
        }
        return producer;
    }

    private KafkaProducer<byte[], byte[]> connect() {
        int millis = Math.toIntExact(patience.toMillis());
        return new KafkaProducer<>(
                brokers.config(Map.of(
                        ProducerConfig.CLIENT_ID_CONFIG,
                        "lifeboat-listener",
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                        true,
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.LINGER_MS_CONFIG,
                        0,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        millis,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        millis,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        millis,
                        ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                        500)),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private LogUnreachable unreachable(Exception cause) {
        return new LogUnreachable("not confirmed within " + patience.toSeconds() + " s: " + brokers.why(cause), cause);
    }
}
