package dev.lifeboat.edge.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.listener.Outcome;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.notice.Rejection;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ListenerMetersTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ListenerMeters meters = new ListenerMeters(registry, List.of("ec2-imds"));

    @Test
    void everyCounterIsThereAtZeroFromTheStart() {
        assertThat(registry.get("lifeboat.notices").counters()).hasSize(Outcome.values().length);
        assertThat(registry.get("lifeboat.notices.rejected").counters()).hasSize(Rejection.values().length);
        assertThat(registry.get("lifeboat.notices").counters())
                .allSatisfy(counter -> assertThat(counter.count()).isZero());
    }

    @Test
    void countingAddsNoSeries() {
        int before = registry.getMeters().size();
        meters.counted("ec2-imds", Outcome.ACCEPTED);
        meters.rejected("ec2-imds", Rejection.NOT_JSON);
        meters.lagged(notice(), Duration.ofMillis(7));
        meters.heard("ec2-imds", Instant.ofEpochSecond(1_000));
        meters.silent("ec2-imds", "down");

        assertThat(registry.getMeters()).hasSize(before);
        assertThat(registry.get("lifeboat.notices")
                        .tag("outcome", "accepted")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("lifeboat.notices.rejected")
                        .tag("reason", "not_json")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("lifeboat.listener.heartbeat.timestamp").gauge().value())
                .isEqualTo(1_000);
        assertThat(registry.get("lifeboat.listener.failures").counter().count()).isEqualTo(1);
    }

    private static Notice notice() {
        return new Notice.Advisory(
                NoticeId.of("one"), new NodeName("node-a"), "ec2-imds", Instant.ofEpochSecond(1_000));
    }
}
