package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.agent.MemoryCheckpoints;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.OrderId;
import dev.lifeboat.migration.Report;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.workload.WorkloadId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the simulation found in the agent, each told alone, without any chance.
final class LateOrdersTest {
    private static final NodeName HOME = new NodeName("node-a");
    private static final WorkloadId PI = WorkloadId.parse("lab/pi");
    private static final MigrationId MIGRATION = new MigrationId("pi-0123456789ab");

    @TempDir
    Path scratch;

    private final Schedule schedule = new Schedule(1);
    private final List<Report> reports = new ArrayList<>();
    private SimulatedNode node;
    private Duration until = Duration.ZERO;

    @BeforeEach
    void savedAndRestoredAtHome() {
        node = new SimulatedNode(
                HOME,
                new SimulatedNode.Surroundings(schedule, Faults.NONE, new MemoryCheckpoints(), scratch, reports::add));
        node.start(PI);
        obey(save(1));
        assertThat(node.runs(PI)).isFalse();
    }

    @AfterEach
    void end() {
        node.end();
    }

    /// Seed 131: a withdrawn notice brings the workload back to its own home, and the release comes after it.
    @Test
    void aLateReleaseSparesWhatWasRestoredHere() {
        obey(restore());
        obey(new Order.Release(id("release"), HOME, PI));

        assertThat(reports.getLast()).isInstanceOf(Report.Released.class);
        assertThat(node.runs(PI)).isTrue();
    }

    @Test
    void aLateSaveSparesWhatWasRestoredHere() {
        obey(restore());
        obey(save(2));

        assertThat(reports.getLast()).isInstanceOf(Report.SaveFailed.class);
        assertThat(node.runs(PI)).isTrue();
    }

    /// Seed 19: the agent died after letting the tree go, and its successor did not know the tree.
    @Test
    void aTreeThatRunsIsKnownToTheNextAgent() {
        node.on(restore());
        var crashes = new ArrayDeque<>(List.of((Runnable) node::crash));
        advance(() -> {
            if (node.runs(PI) && !crashes.isEmpty()) {
                crashes.remove().run();
            }
        });
        assertThat(reports).noneMatch(Report.Resumed.class::isInstance);

        obey(restore());

        assertThat(reports.getLast()).isInstanceOf(Report.Resumed.class);
    }

    /// A job that had nearly finished. Told as a failure it was restored again and again, for nothing: its claim is
    /// final.
    @Test
    void whatEndsByItselfAsSoonAsItRunsWasRestored() {
        node.on(restore());
        advance(() -> {
            if (node.runs(PI)) {
                node.trees.clear();
            }
        });
        assertResumedAndEnded();

        obey(restore());

        assertResumedAndEnded();
        assertThat(node.runs(PI)).isFalse();
    }

    private void assertResumedAndEnded() {
        assertThat(reports.getLast())
                .isInstanceOfSatisfying(
                        Report.Resumed.class,
                        resumed -> assertThat(resumed.ended()).isTrue());
    }

    private void obey(Order order) {
        node.on(order);
        advance(() -> {});
    }

    private void advance(Runnable check) {
        until = until.plusMinutes(2);
        schedule.run(until, check);
    }

    private static Order save(int number) {
        return new Order.Save(
                id("save-" + number), HOME, PI, MIGRATION.checkpoint(number), 0, Schedule.START.plusSeconds(3_600));
    }

    private static Order restore() {
        return new Order.Restore(id("restore-1"), HOME, PI, MIGRATION.checkpoint(1), 1);
    }

    private static OrderId id(String step) {
        return new OrderId(MIGRATION + "/" + step, MIGRATION, HOME);
    }
}
