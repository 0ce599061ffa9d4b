package dev.lifeboat.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.migration.JournalEvent.NoticeAccepted;
import dev.lifeboat.migration.JournalEvent.NoticeSetAside;
import dev.lifeboat.migration.LetGoReason;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.Planned;
import dev.lifeboat.migration.SaveFailure;
import dev.lifeboat.migration.SetAsideReason;
import dev.lifeboat.migration.Subject;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class JournalFoldTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Notice NOTICE =
            new Notice.Drain(NoticeId.of("hook"), new NodeName("node-a"), "ec2-sqs", NOW, Duration.ofMinutes(10));
    private static final MigrationId ONE = begun("one").migration();
    private static final MigrationId OTHER = begun("other").migration();

    private final JournalFold fold = new JournalFold();

    @Test
    void whatTheJournalDoesNotKnowIsUndecided() {
        assertThat(fold.of(NOTICE, NOW)).isEqualTo(Evacuation.UNDECIDED);
    }

    @Test
    void aNodeWithNothingToSaveIsSafeAtOnce() {
        fold.replay(new NoticeAccepted(NOTICE, NOW));

        assertThat(fold.of(NOTICE, NOW)).isEqualTo(Evacuation.SAFE);
    }

    @Test
    void aNodeIsSafeOnceTheLastOfItsSavesIsDurableOrGivenUp() {
        fold.replay(new NoticeAccepted(NOTICE, NOW));
        fold.replay(begun("one"));
        fold.replay(begun("other"));
        fold.replay(new MigrationEvent.WorkloadFrozen(ONE, NOW));
        fold.replay(new MigrationEvent.SaveFailed(OTHER, NOW, SaveFailure.ABORTED, "why", true));
        fold.replay(new MigrationEvent.SaveRetried(OTHER, NOW, 2));
        fold.replay(stored(ONE));
        assertThat(fold.of(NOTICE, NOW)).isEqualTo(Evacuation.AT_RISK);

        fold.replay(new MigrationEvent.WorkloadLetGo(OTHER, NOW, LetGoReason.SAVES_FAILED));
        assertThat(fold.of(NOTICE, NOW)).isEqualTo(Evacuation.SAFE);
    }

    @Test
    void anotherNodesMigrationDoesNotKeepThisOneWaiting() {
        fold.replay(new NoticeAccepted(NOTICE, NOW));
        fold.replay(new MigrationEvent.MigrationBegun(subject("one", "node-b"), NOW));

        assertThat(fold.of(NOTICE, NOW)).isEqualTo(Evacuation.SAFE);
    }

    @Test
    void aNodeWithoutAnAgentMayStillGetOneUntilItsWindowCloses() {
        fold.replay(new NoticeAccepted(NOTICE, NOW));
        fold.replay(new NoticeSetAside(NOTICE, NOW, SetAsideReason.UNKNOWN_NODE));

        assertThat(fold.of(NOTICE, NOW.plusSeconds(599))).isEqualTo(Evacuation.UNDECIDED);
        assertThat(fold.of(NOTICE, NOW.plusSeconds(600))).isEqualTo(Evacuation.SAFE);
        assertThat(fold.of(NOTICE, NOW.plusSeconds(601))).isEqualTo(Evacuation.SAFE);
    }

    @Test
    void aMigrationWhoseBeginningWasNotReadEndsWithoutHarm() {
        fold.replay(stored(ONE));
        fold.replay(new NoticeAccepted(NOTICE, NOW));

        assertThat(fold.of(NOTICE, NOW)).isEqualTo(Evacuation.SAFE);
    }

    private static MigrationEvent.MigrationBegun begun(String workload) {
        return new MigrationEvent.MigrationBegun(subject(workload, "node-a"), NOW);
    }

    private static Subject subject(String workload, String node) {
        WorkloadId id = WorkloadId.parse("default/" + workload);
        return new Subject(
                MigrationId.of(NOTICE.id(), id, 1),
                new NodeName(node),
                id,
                NOTICE.id(),
                NOW.plusSeconds(600),
                Planned.turn(1),
                null);
    }

    private static MigrationEvent stored(MigrationId migration) {
        CheckpointId checkpoint = migration.checkpoint(1);
        return new MigrationEvent.CheckpointStored(
                migration, NOW, checkpoint, new ByteCount(1), new ByteCount(1), Duration.ZERO);
    }
}
