package dev.lifeboat.edge.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AgentMetersTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private Duration spent = Duration.ZERO;

    /// A round may take hours: counted at its end it would look like cores that no node has.
    @Test
    void whatRoundsCostIsAskedForEachTimeThatSomebodyLooks() {
        new AgentMeters(registry, InstantSource.system(), List.of()).watch(() -> spent);
        assertThat(seconds()).isZero();

        spent = Duration.ofMillis(1_250);
        assertThat(seconds()).isEqualTo(1.25);
    }

    private double seconds() {
        return registry.get("lifeboat.background.cpu.seconds").functionCounter().count();
    }
}
