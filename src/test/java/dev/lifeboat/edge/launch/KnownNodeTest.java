package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

final class KnownNodeTest {
    @Test
    void anAgentIsReadyOnceItsFirstHeartbeatIsInTheLog() {
        var known = new KnownNode(Optional.of("node-a"));
        var heard = new AtomicBoolean();

        assertThat(known.call().getStatus()).isEqualTo(Status.DOWN);
        known.says(heard::get);
        assertThat(known.call().getStatus()).isEqualTo(Status.DOWN);
        heard.set(true);
        assertThat(known.call().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void aRoleWithoutANodeHasNobodyToWaitFor() {
        assertThat(new KnownNode(Optional.empty()).call().getStatus()).isEqualTo(Status.UP);
    }
}
