package dev.lifeboat.edge.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.quantity.ByteRate;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/// What an agent hears when it starts, from a real broker.
final class AgentLinkIT {
    private static final Topics TOPICS = new Topics(1);
    private static final NodeName NODE = new NodeName("node-a");

    @Test
    void anAgentThatStartsHearsItsNodesNoticesOfTheLastTwoDaysAndNoOlderOnes() throws Exception {
        try (var kafka = KafkaUnderTest.start()) {
            makeTopics(Brokers.plain(kafka.bootstrap()));
            Instant now = Instant.now();
            Notice past = notice(NODE, now.minus(Duration.ofDays(3)));
            Notice yesterdays = notice(NODE, now.minus(Duration.ofDays(1)));
            Notice anothers = notice(new NodeName("node-b"), now);
            Notice fresh = notice(NODE, now);
            send(kafka.bootstrap(), past, yesterdays, anothers, fresh);

            var heard = new LinkedBlockingQueue<Notice>();
            try (var _ = AgentLink.open(Brokers.plain(kafka.bootstrap()), TOPICS, NODE, new Hearing(heard))) {
                assertThat(heard.poll(2, TimeUnit.MINUTES)).isEqualTo(yesterdays);
                assertThat(heard.poll(2, TimeUnit.MINUTES)).isEqualTo(fresh);
            }
        }
    }

    @Test
    void anAgentThatStartsWhereNobodyHasSpokenForDaysHearsWhatComes() throws Exception {
        try (var kafka = KafkaUnderTest.start()) {
            TOPICS.create(Brokers.plain(kafka.bootstrap()));
            send(kafka.bootstrap(), notice(NODE, Instant.now().minus(Duration.ofDays(3))));

            var heard = new LinkedBlockingQueue<Notice>();
            try (var _ = AgentLink.open(Brokers.plain(kafka.bootstrap()), TOPICS, NODE, new Hearing(heard))) {
                Notice fresh = notice(NODE, Instant.now());
                send(kafka.bootstrap(), fresh);
                assertThat(heard.poll(2, TimeUnit.MINUTES)).isEqualTo(fresh);
            }
        }
    }

    @Test
    void anAgentIsHeardOnceTheBrokerHasAHeartbeatOfIts() throws Exception {
        try (var kafka = KafkaUnderTest.start()) {
            TOPICS.create(Brokers.plain(kafka.bootstrap()));
            var ear = new Hearing(new LinkedBlockingQueue<>());
            try (var link = AgentLink.open(Brokers.plain(kafka.bootstrap()), TOPICS, NODE, ear)) {
                assertThat(link.isHeard()).isFalse();

                link.send(
                        new Report.Heartbeat(NODE, Instant.now(), List.of(), new ByteRate(0), true, null, null, null));

                long giveUp = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
                while (!link.isHeard()) {
                    assertThat(System.nanoTime()).isLessThan(giveUp);
                    Thread.onSpinWait();
                }
            }
        }
    }

    /// As an orchestrator would; an agent that looks before that says what is missing, and makes none.
    private static void makeTopics(Brokers brokers) throws InterruptedException {
        try (var consumer = Committed.reader(brokers)) {
            assertThatThrownBy(() -> TOPICS.check(consumer))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("orchestrators make it when they start");
            TOPICS.create(brokers);
            TOPICS.check(consumer);
            assertThatThrownBy(() -> new Topics(2).check(consumer))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("give the same --partitions as orchestrators");
        }
    }

    private static Notice notice(NodeName node, Instant at) {
        var id = NoticeId.of("test", node.value(), at.toString());
        return new Notice.Preemption(id, node, "test", at, at.plusSeconds(120), Action.STOP);
    }

    /// Written when they were received.
    private static void send(String bootstrap, Notice... notices) throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", bootstrap),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (Notice notice : notices) {
                byte[] key = notice.node().value().getBytes(StandardCharsets.UTF_8);
                producer.send(new ProducerRecord<>(
                                Topics.NOTICES, 0, notice.receivedAt().toEpochMilli(), key, Wire.NOTICES.write(notice)))
                        .get();
            }
        }
    }

    private record Hearing(BlockingQueue<Notice> notices) implements AgentLink.Ear {
        @Override
        public void on(Order order) {}

        @Override
        public void on(StandingOrders orders) {}

        @Override
        public void on(Notice notice) {
            notices.add(notice);
        }

        @Override
        public void unreadable(String reason) {
            throw new AssertionError(reason);
        }
    }
}
