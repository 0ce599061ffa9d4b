package dev.lifeboat.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.Planned;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.RestoreFailure;
import dev.lifeboat.migration.Subject;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.plan.Needs;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A workload of 50 GiB whose restore is under way.
final class SlowRestoreTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final NodeName HOME = new NodeName("node-a");
    private static final NodeName TARGET = new NodeName("node-b");
    private static final NodeName OTHER = new NodeName("node-c");
    private static final NoticeId NOTICE = NoticeId.of("it");
    private static final MigrationId ID = MigrationId.of(NOTICE, WorkloadId.parse("lab/big"), 1);
    private static final Duration LIMIT = Limits.STANDARD.restoreTimeout();

    /// What an agent needs to say itself that a pod's volume has not come.
    private static final Duration STARTING = Duration.ofSeconds(150);

    /// 1,024 s at 50 MiB/s.
    private static final ByteCount ROOM = ByteCount.ofMebi(50 * 1024);

    private final Orchestrator orchestrator = new Orchestrator(Limits.STANDARD, Planner.SAVE_ALL);

    SlowRestoreTest() {
        var notice = new Notice.Preemption(NOTICE, HOME, "test", START, START.plusSeconds(120), Action.TERMINATE);
        var subject = new Subject(
                ID, HOME, WorkloadId.parse("lab/big"), NOTICE, notice.closesAt(), Planned.turn(1), Needs.of(ROOM));
        List.of(
                        new JournalEvent.NoticeAccepted(notice, START),
                        new MigrationEvent.MigrationBegun(subject, START),
                        new MigrationEvent.SaveOrdered(ID, START),
                        new MigrationEvent.CheckpointStored(
                                ID, START, ID.checkpoint(1), ROOM, ROOM, Duration.ofSeconds(1)),
                        new MigrationEvent.RestorePlaced(ID, START, TARGET, ID.checkpoint(1), 1, null))
                .forEach(orchestrator::replay);
    }

    @Test
    void aTargetThatLivesIsLeftTheTimeThatItsVolumesAndItsMemoryTake() {
        assertThat(failures(LIMIT.plusSeconds(1), TARGET)).isEmpty();
        Duration whole = LIMIT.plus(STARTING).plusSeconds(1024);
        assertThat(failures(whole, TARGET)).isEmpty();
        assertThat(failures(whole.plusMillis(1), TARGET)).containsExactly(RestoreFailure.TIMED_OUT);
    }

    @Test
    void aTargetThatFellSilentIsNotWaitedForSoLong() {
        assertThat(failures(LIMIT, OTHER)).isEmpty();
        assertThat(failures(LIMIT.plusMillis(1), OTHER)).containsExactly(RestoreFailure.TIMED_OUT);
    }

    /// @param heard who is heard of at that time
    private List<RestoreFailure> failures(Duration after, NodeName heard) {
        Instant now = START.plus(after);
        View view = View.EMPTY.with(new Report.Heartbeat(heard, now, List.of(), new ByteRate(1e8), true, null), now);
        return orchestrator.step(new Input.Ticked(), view, now).events().stream()
                .filter(MigrationEvent.RestoreFailed.class::isInstance)
                .map(event -> ((MigrationEvent.RestoreFailed) event).reason())
                .toList();
    }
}
