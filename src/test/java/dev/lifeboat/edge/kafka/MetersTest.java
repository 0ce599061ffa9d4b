package dev.lifeboat.edge.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.plan.Pace;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.WorkloadId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MetersTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Meters meters = new Meters(registry);

    @Test
    void everyReasonWhyNoIntervalWouldDoHasAGaugeFromTheStartThatFollowsWhatIsTold() {
        assertThat(registry.find("lifeboat.background.cannot.fit").gauges()).hasSize(Pace.Reason.values().length);
        var id = new WorkloadId("ns", "w");
        var rate = new ByteRate(1);
        var cannot = new Pace.CannotFit(
                id, Pace.Reason.TRAFFIC_TOO_HIGH, Duration.ofSeconds(1), Duration.ofSeconds(2), rate, rate);

        meters.paced(List.of(cannot, new Pace.Unknown(id, Estimate.UnknownReason.STALE)));
        assertThat(gauge("lifeboat.background.cannot.fit", "TRAFFIC_TOO_HIGH")).isOne();
        assertThat(gauge("lifeboat.background.cannot.fit", "WINDOW_SHARED")).isZero();
        assertThat(gauge("lifeboat.background.unknown", "STALE")).isOne();

        meters.paced(List.of());
        assertThat(gauge("lifeboat.background.cannot.fit", "TRAFFIC_TOO_HIGH")).isZero();
        assertThat(gauge("lifeboat.background.unknown", "STALE")).isZero();
    }

    private double gauge(String name, String reason) {
        return registry.get(name).tag("reason", reason).gauge().value();
    }
}
