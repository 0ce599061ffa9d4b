package dev.lifeboat.edge.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.migration.JournalEvent.NoticeAccepted;
import dev.lifeboat.migration.LossReason;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.OrderId;
import dev.lifeboat.migration.Planned;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.Subject;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class TimelineTest {
    private static final Instant NOTICED = Instant.parse("2026-01-01T00:00:00Z");
    private static final NodeName HOME = new NodeName("node-a");
    private static final NodeName TARGET = new NodeName("node-b");
    private static final MigrationId MIGRATION = new MigrationId("m-1");
    private static final OrderId SAVE = new OrderId("m-1/save-1", MIGRATION, HOME);
    private static final CheckpointId CHECKPOINT = new CheckpointId("m-1-1");

    @Test
    void followsAWorkloadFromTheNoticeToItsNewHome() {
        Timeline timeline = saved().with(
                        new MigrationEvent.RestorePlaced(MIGRATION, after(6), TARGET, CHECKPOINT, 1, null))
                .with(new Report.Resumed(TARGET, after(8), SAVE, 4711))
                .with(new MigrationEvent.WorkloadResumed(MIGRATION, after(9), TARGET, 4711));

        assertThat(timeline.at()).containsOnlyKeys(Step.values());
        assertThat(timeline.between(Step.NOTICE, Step.RESTORED)).hasValue(Duration.ofSeconds(8));
        assertThat(timeline.runsOn()).hasValue(TARGET);
        assertThat(timeline.over()).isTrue();
        assertThat(timeline.setbacks()).isEmpty();
    }

    @Test
    void countsWhatWasCarried() {
        assertThat(saved().read()).isEqualTo(ByteCount.ofMebi(256));
        assertThat(saved().ratio()).isEqualTo(4);
        assertThat(saved().frozen()).isEqualTo(Duration.ofMillis(2500));
    }

    @Test
    void keepsTheFirstTimeOfAStationThatIsReachedTwice() {
        Timeline timeline = saved().with(new Report.Frozen(HOME, after(40), SAVE));
        assertThat(timeline.when(Step.FROZEN)).hasValue(after(3));
    }

    @Test
    void tellsWhyAWorkloadWasLost() {
        Timeline timeline = saved().with(new MigrationEvent.WorkloadLost(MIGRATION, after(7), LossReason.NOT_STORED));
        assertThat(timeline.over()).isTrue();
        assertThat(timeline.setbacks()).containsExactly("lost: " + LossReason.NOT_STORED);
        assertThat(timeline.runsOn()).isEmpty();
    }

    @Test
    void knowsNothingBeforeTheNotice() {
        assertThat(Timeline.EMPTY.latest()).isEmpty();
        assertThat(Timeline.EMPTY.ratio()).isZero();
    }

    private static Timeline saved() {
        var notice = new Notice.Preemption(
                new NoticeId("0123456789abcdef"), HOME, "ec2-imds", after(1), after(30), Action.TERMINATE);
        var subject = new Subject(
                MIGRATION, HOME, new WorkloadId("demo", "victim"), notice.id(), after(30), Planned.turn(1), null);
        return Timeline.EMPTY
                .reached(Step.NOTICE, NOTICED)
                .with(new NoticeAccepted(notice, after(2)))
                .with(new MigrationEvent.MigrationBegun(subject, after(2)))
                .with(new MigrationEvent.SaveOrdered(MIGRATION, after(2)))
                .with(new Report.Frozen(HOME, after(3), SAVE))
                .with(new Report.SaveProgress(HOME, after(3), SAVE, ByteCount.ofMebi(100), ByteCount.ofMebi(20)))
                .with(new Report.Captured(HOME, after(4), SAVE, ByteCount.ofMebi(256)))
                .with(new Report.Stored(
                        HOME,
                        after(5),
                        SAVE,
                        CHECKPOINT,
                        ByteCount.ofMebi(256),
                        ByteCount.ofMebi(64),
                        Duration.ofMillis(2500)));
    }

    private static Instant after(int seconds) {
        return NOTICED.plusSeconds(seconds);
    }
}
