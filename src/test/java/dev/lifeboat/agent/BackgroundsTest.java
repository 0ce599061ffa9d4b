package dev.lifeboat.agent;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.agent.Background.Attempt;
import dev.lifeboat.agent.Background.Result;
import dev.lifeboat.checkpoint.BackgroundCheckpoint;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.OrderId;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.migration.StandingOrders.Keeping;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.policy.Ready;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.WorkloadId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// When complete checkpoints of what runs on are taken, by the production agent.
final class BackgroundsTest {
    private static final WorkloadId PI = new WorkloadId("lab", "pi");
    private static final NodeName NODE = new NodeName("node-a");
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration EVERY = Duration.ofMinutes(10);
    private static final Ready ASKED = new Ready(null, null, new Ready.Marker("/run/ready", 0), Duration.ofMinutes(5));

    private final TrackedTree tree = new TrackedTree(new Random(1), 0);
    private final MemoryCheckpoints store = new MemoryCheckpoints(this::now);
    private final List<Attempt> attempts = new ArrayList<>();
    private final List<Report> reports = new ArrayList<>();
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private Duration elapsed = Duration.ZERO;
    private Optional<String> lack = Optional.empty();

    @TempDir
    private Path folder;

    private @Nullable Ready asked;
    private Agent agent;

    @Test
    void oneIsTakenAtOnceAndThenInItsTime() throws Exception {
        pass();
        assertThat(attempts).singleElement().matches(each -> each.result() == Result.COMPLETE);
        later(EVERY.minusMillis(1));
        pass();
        assertThat(attempts).hasSize(1);
        later(Duration.ofMillis(1));
        pass();
        assertThat(attempts).hasSize(2);
        assertThat(store.backgrounds(PI, NODE)).hasSize(2);
    }

    @Test
    void oneMoreThanIsKeptStaysUntilTheNextIsComplete() throws Exception {
        for (int taken = 0; taken < 4; taken++) {
            pass();
            later(EVERY);
        }
        assertThat(store.backgrounds(PI, NODE)).hasSize(2).first().isEqualTo(said().id());
    }

    @Test
    void itsAgeGrowsUntilTheNext() throws Exception {
        pass();
        later(Duration.ofMinutes(4));
        assertThat(said().ago()).isEqualTo(Duration.ofMinutes(4));
    }

    @Test
    void noneIsTakenBeforeTheWorkloadIsReadyAndThatItIsLateIsSaidOnce() throws Exception {
        asked = ASKED;
        lack = Optional.of("there is no /run/ready");
        for (int asked = 0; asked < 200; asked++) {
            pass();
            later(Duration.ofSeconds(3));
        }
        assertThat(attempts).singleElement().satisfies(each -> {
            assertThat(each.result()).isEqualTo(Result.NOT_READY);
            assertThat(each.took()).isEqualTo(Duration.ofMinutes(5));
            assertThat(each.detail()).isEqualTo("there is no /run/ready");
        });
        assertThat(store.backgrounds(PI, NODE)).isEmpty();

        lack = Optional.empty();
        pass();

        assertThat(attempts.getLast().result()).isEqualTo(Result.COMPLETE);
    }

    @Test
    void noneIsBegunOnADoomedNode() throws Exception {
        agent.on(preemption());
        pass();
        assertThat(attempts).isEmpty();
    }

    @Test
    void aNoticeCutsTheOneUnderWayOff() throws Exception {
        agent.copyAhead();
        agent.on(preemption());
        runTasks();
        assertThat(attempts).singleElement().matches(each -> each.result() == Result.CUT_OFF);
        assertThat(store.backgrounds(PI, NODE)).isEmpty();
    }

    @Test
    void aSaveGoesFirst() throws Exception {
        agent.copyAhead();
        var migration = new MigrationId("pi-0");
        var id = new OrderId(migration + "/save-1", migration, NODE);
        agent.on(new Order.Save(id, NODE, PI, migration.checkpoint(1), 0, now().plusSeconds(120)));
        runTasks();
        assertThat(attempts).singleElement().matches(each -> each.result() == Result.CUT_OFF);
        assertThat(store.committed(migration.checkpoint(1))).isTrue();
    }

    @Test
    void anotherLifeOfTheWorkloadBeginsAnew() throws Exception {
        pass();
        tree.begin();
        agent.reportHeartbeat();
        assertThat(heartbeat().background(PI)).isNull();
        pass();
        assertThat(attempts).hasSize(2);
    }

    private void pass() throws InterruptedException {
        agent.copyAhead();
        runTasks();
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    private void later(Duration passed) {
        elapsed = elapsed.plus(passed);
    }

    private Instant now() {
        return START.plus(elapsed);
    }

    private BackgroundCheckpoint said() {
        agent.reportHeartbeat();
        return requireNonNull(heartbeat().background(PI));
    }

    private Report.Heartbeat heartbeat() {
        return (Report.Heartbeat) reports.getLast();
    }

    private Notice preemption() {
        return new Notice.Preemption(NoticeId.of("1"), NODE, "test", now(), now().plusSeconds(120), Action.TERMINATE);
    }

    @BeforeEach
    void start() {
        var gauge = new Gauge() {
            @Override
            public Duration elapsed() {
                return elapsed;
            }

            @Override
            public Duration processor() {
                return Duration.ZERO;
            }
        };
        var ahead = new Ahead(
                LiveMemory.NONE, new Budget(1, ByteRate.ofMegabytes(1e9)), gauge, 4, null, new Tempo(List::of, null));
        var background = new Background(id -> Optional.of(keeping(id)), (_, _) -> lack, attempts::add);
        agent = new Agent(
                new Host(NODE, "criu 4.1.1", "6.12", "cpu", folder),
                new OneTree(PI, tree),
                tree,
                store,
                new Agent.Outside(
                        reports::add,
                        () -> null,
                        this::now,
                        tasks::add,
                        ahead,
                        null,
                        StandingOrders.Terms::unsaid,
                        background));
    }

    private Keeping keeping(WorkloadId id) {
        return new Keeping(id, new dev.lifeboat.policy.Background(EVERY, Duration.ofMinutes(1), asked), 1);
    }
}
