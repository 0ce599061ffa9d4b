package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Provided;
import dev.lifeboat.agent.MemoryCheckpoints;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.OrderId;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.RestoreFailure;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.workload.WorkloadId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An agent whose folders cannot be deleted: they hold a mount that is in use. What it answers is what came of the
/// order that it was given.
final class CleanUpTest {
    private static final NodeName HOME = new NodeName("node-a");
    private static final WorkloadId PI = new WorkloadId("lab", "pi");
    private static final MigrationId MIGRATION = new MigrationId("m-1");

    @TempDir
    Path scratch;

    private final Schedule schedule = new Schedule(1);
    private final List<Report> reports = new ArrayList<>();
    private final List<Path> mounts = new ArrayList<>();
    private Duration until = Duration.ZERO;
    private SimulatedNode node;

    @BeforeEach
    void aNodeWithAWorkload() {
        Provided.root();
        node = new SimulatedNode(
                HOME,
                new SimulatedNode.Surroundings(schedule, Faults.NONE, new MemoryCheckpoints(), scratch, reports::add));
        node.start(PI);
    }

    @AfterEach
    void end() {
        node.end();
        mounts.forEach(each -> call("umount", each.toString()));
    }

    @Test
    void aStoredCheckpointIsReportedAsSuch() {
        node.on(new Order.Save(id("save-1"), HOME, PI, MIGRATION.checkpoint(1), 0, Schedule.START.plusSeconds(3_600)));
        mountingInto("save-1");

        assertThat(reports.getLast()).isInstanceOf(Report.Stored.class);
        assertThat(mounts).isNotEmpty().allSatisfy(each -> assertThat(each).exists());
    }

    @Test
    void whyARestoreFailedIsReportedAndNotWhyItsFolderStays() {
        node.on(new Order.Save(id("save-1"), HOME, PI, MIGRATION.checkpoint(1), 0, Schedule.START.plusSeconds(3_600)));
        run(() -> {});
        node.unfit = true;
        node.on(new Order.Restore(id("restore-1"), HOME, PI, MIGRATION.checkpoint(1), 1));
        mountingInto("restore-1");

        assertThat(reports.getLast())
                .isInstanceOfSatisfying(
                        Report.RestoreFailed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(RestoreFailure.INCOMPATIBLE));
        assertThat(mounts).isNotEmpty().allSatisfy(each -> assertThat(each).exists());
    }

    /// As soon as the order has a folder.
    private void mountingInto(String step) {
        Path folder = scratch.resolve(HOME.value()).resolve(id(step).key().replace('/', '_'));
        run(() -> {
            if (mounts.isEmpty() && Files.isDirectory(folder)) {
                Path held = folder.resolve("held");
                try {
                    Files.createDirectory(held);
                } catch (IOException broken) {
                    throw new AssertionError(broken);
                }
                call("mount", "-t", "tmpfs", "held", held.toString());
                mounts.add(held);
            }
        });
    }

    private void run(Runnable check) {
        until = until.plusMinutes(2);
        schedule.run(until, check);
    }

    private static OrderId id(String step) {
        return new OrderId(MIGRATION + "/" + step, MIGRATION, HOME);
    }

    private static void call(String... command) {
        try {
            assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
                    .as(String.join(" ", command))
                    .isZero();
        } catch (IOException | InterruptedException broken) {
            throw new AssertionError(broken);
        }
    }
}
