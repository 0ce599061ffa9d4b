package dev.lifeboat.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.migration.LetGoReason;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.Planned;
import dev.lifeboat.migration.SaveFailure;
import dev.lifeboat.migration.StrandReason;
import dev.lifeboat.migration.Subject;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.orchestrator.Departures.Departure;
import dev.lifeboat.orchestrator.Departures.Standing;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class DeparturesTest {
    private static final Instant AT = Instant.parse("2026-03-01T12:00:00Z");
    private static final WorkloadId CART = WorkloadId.parse("shop/cart-0");
    private static final NoticeId NOTICE = new NoticeId("00000000000000aa");
    private static final MigrationId ID = MigrationId.of(NOTICE, CART, 1);

    private final Departures departures = new Departures();

    @Test
    void nothingIsKnownOfWhatNeverLeft() {
        assertThat(departures.of(CART)).isEmpty();
        assertThat(departures.isWhole()).isFalse();
    }

    @Test
    void aWorkloadIsAwaitedFromItsCheckpointOnAndUntilItRuns() {
        begin(ID);
        assertThat(standing()).isEqualTo(Standing.AT_RISK);

        store();
        assertThat(standing()).isEqualTo(Standing.AWAITED);

        departures.replay(new MigrationEvent.WorkloadResumed(ID, AT.plusSeconds(9), new NodeName("node-b"), 42));
        assertThat(departures.of(CART)).contains(new Departure(CART, Standing.RESUMED, AT.plusSeconds(9)));
    }

    @Test
    void whatWasLetGoIsNotAwaited() {
        begin(ID);
        departures.replay(new MigrationEvent.WorkloadLetGo(ID, AT, LetGoReason.WITHDRAWN));

        assertThat(standing()).isEqualTo(Standing.LET_GO);
        assertThat(standing().open()).isFalse();
    }

    @Test
    void aCheckpointThatNobodyCanRestoreIsGivenUp() {
        begin(ID);
        store();
        departures.replay(new MigrationEvent.CheckpointStranded(ID, AT, StrandReason.RESTORES_FAILED));

        assertThat(standing()).isEqualTo(Standing.GIVEN_UP);
    }

    @Test
    void theLatestMigrationOfAWorkloadCounts() {
        begin(ID);
        departures.replay(new MigrationEvent.WorkloadLetGo(ID, AT, LetGoReason.WITHDRAWN));
        begin(MigrationId.of(NOTICE, CART, 2));

        assertThat(standing()).isEqualTo(Standing.AT_RISK);
    }

    @Test
    void anEventThatDoesNotFitIsPassedOver() {
        begin(ID);
        store();
        departures.replay(new MigrationEvent.SaveFailed(ID, AT, SaveFailure.TOO_LATE, "", true));

        assertThat(standing()).isEqualTo(Standing.AWAITED);
    }

    private void begin(MigrationId migration) {
        departures.replay(new MigrationEvent.MigrationBegun(
                new Subject(
                        migration, new NodeName("node-a"), CART, NOTICE, AT.plusSeconds(120), Planned.turn(1), null),
                AT));
    }

    private void store() {
        departures.replay(new MigrationEvent.SaveOrdered(ID, AT));
        departures.replay(new MigrationEvent.CheckpointStored(
                ID, AT, ID.checkpoint(1), new ByteCount(1), new ByteCount(1), Duration.ZERO));
    }

    private Standing standing() {
        return departures.of(CART).orElseThrow().standing();
    }
}
