package dev.lifeboat.edge.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.orchestrator.Limits;
import dev.lifeboat.orchestrator.Planner;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class DryRunTest {
    @Test
    void everyMigrationOfEveryNodeIsDecidedOnWrittenAndReadBack() {
        assertThat(DryRun.of(20, Limits.STANDARD, Planner.SAVE_ALL, Instant.parse("2026-11-21T10:00:00Z")))
                .isEqualTo(20 * 8);
    }
}
