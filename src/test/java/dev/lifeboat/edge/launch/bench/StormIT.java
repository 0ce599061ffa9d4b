package dev.lifeboat.edge.launch.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.kafka.Brokers;
import dev.lifeboat.edge.kafka.KafkaUnderTest;
import dev.lifeboat.edge.kafka.RunningOrchestrator;
import dev.lifeboat.edge.kafka.Topics;
import dev.lifeboat.orchestrator.Observer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// `bench storm` in small: what it counts, not how long it takes.
final class StormIT {
    private static final Topics TOPICS = new Topics(2);

    @Test
    void aStormIsDecidedOnOncePerNodeAndWhatCannotBeReadIsADeadLetter() throws Exception {
        var plan = new Storm.Plan(40, 3, Duration.ZERO, Duration.ofSeconds(2));
        try (var kafka = KafkaUnderTest.start()) {
            TOPICS.create(Brokers.plain(kafka.bootstrap()));
            try (var storm = new Storm(Brokers.plain(kafka.bootstrap()), TOPICS, plan)) {
                storm.introduceAll();
                Thread heartbeats = Thread.ofPlatform().daemon().start(storm::keepIntroducing);
                try (var _ = RunningOrchestrator.start(kafka.bootstrap(), TOPICS, Observer.NONE);
                        var _ = storm.observe(Brokers.plain(kafka.bootstrap()))) {
                    storm.blow();
                    assertThat(storm.await(Duration.ofMinutes(4))).isTrue();
                }
                heartbeats.interrupt();
                assertThat(storm.migrationsBegun()).isEqualTo(40 * 3);
                assertThat(storm.foreignSetAside()).isEqualTo(20);
                assertThat(storm.deadLetters()).isEqualTo(Map.of("NOT_JSON", 2));
                assertThat(storm.decision().count()).isEqualTo(40);
            }
        }
    }
}
