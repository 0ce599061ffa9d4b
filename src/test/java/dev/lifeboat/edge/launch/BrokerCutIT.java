package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.agent.Agent;
import dev.lifeboat.agent.Ahead;
import dev.lifeboat.agent.Alone;
import dev.lifeboat.agent.CheckpointStore;
import dev.lifeboat.agent.ReportLog;
import dev.lifeboat.edge.criu.CriuCheckpointer;
import dev.lifeboat.edge.criu.Crius;
import dev.lifeboat.edge.kafka.AgentLink;
import dev.lifeboat.edge.kafka.EmbeddedBroker;
import dev.lifeboat.edge.kafka.FileSpool;
import dev.lifeboat.edge.kafka.KafkaDeadLetterLog;
import dev.lifeboat.edge.kafka.KafkaNoticeLog;
import dev.lifeboat.edge.kafka.ListenerProducer;
import dev.lifeboat.edge.kafka.Observer;
import dev.lifeboat.edge.kafka.RunningOrchestrator;
import dev.lifeboat.edge.kafka.SpoolWatch;
import dev.lifeboat.edge.kafka.StandingFiles;
import dev.lifeboat.edge.kafka.Topics;
import dev.lifeboat.edge.objectstore.FaultyStore;
import dev.lifeboat.edge.objectstore.KeyFile;
import dev.lifeboat.edge.objectstore.StoreLocation;
import dev.lifeboat.edge.process.ProcessSpec;
import dev.lifeboat.edge.process.ProcessWorkloads;
import dev.lifeboat.listener.CountingTally;
import dev.lifeboat.listener.Letter;
import dev.lifeboat.listener.Listener;
import dev.lifeboat.listener.Outcome;
import dev.lifeboat.listener.Payload;
import dev.lifeboat.listener.Reading;
import dev.lifeboat.migration.Report;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The broker goes away right before the notice and comes back after the save: real broker, real CRIU, real process.
final class BrokerCutIT {
    private static final Topics TOPICS = new Topics(1);
    private static final Duration WINDOW = Duration.ofMinutes(5);
    private static final long PATIENCE_SECONDS = 150;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final BlockingQueue<Report> reports = new LinkedBlockingQueue<>();

    @TempDir
    private Path folder;

    private Path scratch;
    private CheckpointStore checkpoints;
    private CriuCheckpointer checkpointer;
    private CountingVictim victim;

    @AfterEach
    void leaveNothing() throws Exception {
        victim.processes().forEach(each -> ProcessHandle.of(each).ifPresent(ProcessHandle::destroyForcibly));
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    /// What becomes of the doomed node's agent while nobody answers.
    private interface Fate {
        Home of(Home home, String bootstrap) throws Exception;
    }

    @Test
    void anAgentWithoutKafkaSavesByItsStandingOrdersAndOneCopyResumesOnceItIsBack() throws Exception {
        cutOff((home, _) -> home);
    }

    @Test
    void anAgentThatStartsWithoutKafkaDoesSoToo() throws Exception {
        cutOff((home, bootstrap) -> {
            home.running().close();
            return agent("node-a", bootstrap);
        });
    }

    private void cutOff(Fate fate) throws Exception {
        EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"), 0);
        String bootstrap = broker.bootstrap();
        var orchestrator = RunningOrchestrator.start(bootstrap, TOPICS, Observer.NONE);
        Home first = agent("node-a", bootstrap);
        agent("node-b", bootstrap);
        CountingVictim.awaits(
                "standing orders",
                () -> first.files()
                        .read()
                        .filter(orders -> orders.saves().size() == 1)
                        .isPresent());
        orchestrator.close();
        broker.close();
        Home home = fate.of(first, bootstrap);

        try (var producer = new ListenerProducer(bootstrap, Duration.ofSeconds(1))) {
            var listener = new Listener(
                    new KafkaNoticeLog(producer),
                    new KafkaDeadLetterLog(producer),
                    new FileSpool(home.spool(), 100),
                    new CountingTally(),
                    InstantSource.system());
            assertThat(listener.accept(letter(), List.of(new Reading.Understood(notice()))))
                    .containsExactly(Outcome.SPOOLED);
            awaitReport(Report.Stored.class);
            assertThat(victim.processes()).isEmpty();

            int port = Integer.parseInt(bootstrap.substring(bootstrap.indexOf(':') + 1));
            open.addLast(EmbeddedBroker.start(folder.resolve("kafka"), port));
            open.addFirst(RunningOrchestrator.start(bootstrap, TOPICS, Observer.NONE));
            CountingVictim.awaits("the spool to be brought to the log", () -> listener.catchUp() == 1);
        }

        assertThat(awaitReport(Report.Resumed.class).node()).isEqualTo(new NodeName("node-b"));
        victim.goesOn();
        CountingVictim.awaits(
                "the orchestrator's word", () -> home.files().acts().isEmpty());
        assertThat(workloads("node-a").running()).isEmpty();
        assertThat(reports).noneMatch(Report.Resumed.class::isInstance);
    }

    @BeforeEach
    void prepare() throws Exception {
        scratch = Files.createTempDirectory(Path.of("/dev/shm"), "broker-cut-");
        checkpointer = new CriuCheckpointer(
                Crius.DEFAULT.path(), new CriuOnLinux(), Files.createDirectories(folder.resolve("criu")));
        Path key = Files.writeString(folder.resolve("key"), "0123456789abcdef".repeat(4));
        var store = FaultyStore.over(new StoreLocation.Folder(folder.resolve("store")))
                .checkpoints(KeyFile.read(key));
        open.addFirst(store);
        checkpoints = store;
        Path spec = CountingVictim.spec(folder.resolve("victim.json"));
        victim = new CountingVictim(workloads("node-a").folder(CountingVictim.ID));
        workloads("node-a").start(ProcessSpec.read(spec), spec);
        victim.goesOn();
    }

    /// @param files of the agent, and the spool that it watches
    private record Home(StandingFiles files, Path spool, AutoCloseable running) {}

    /// What the agent's role does, with quicker loops.
    private Home agent(String name, String bootstrap) throws Exception {
        var host = AgentUnderTest.host(name, checkpointer, Files.createDirectories(scratch.resolve(name)));
        var link = new CompletableFuture<AgentLink>();
        var tasks = Executors.newVirtualThreadPerTaskExecutor();
        ReportLog log = report -> {
            reports.add(report);
            link.join().send(report);
        };
        var agent = new Agent(
                host,
                workloads(name),
                checkpointer,
                checkpoints,
                new Agent.Outside(log, () -> null, InstantSource.system(), tasks, Ahead.NONE));
        var files = new StandingFiles(folder.resolve(name + ".standing"));
        var alone = new Alone(host, agent::on, files, new Alone.Outside(log, InstantSource.system()));
        var hearer = new AgentHearer(agent, alone, new SimpleMeterRegistry());
        link.complete(AgentLink.open(bootstrap, TOPICS, host.node(), hearer));
        var spool = new SpoolWatch(folder.resolve(name + ".spool"));
        var loops = new Loops();
        loops.every(Duration.ofSeconds(1), "heartbeat", agent::reportHeartbeat);
        loops.every(Duration.ofMillis(250), "spool", () -> spool.waiting().forEach(alone::told));
        loops.every(Duration.ofSeconds(1), "retell", alone::retell);
        AutoCloseable running = () -> {
            loops.close();
            link.join().close();
            tasks.shutdownNow();
        };
        open.addFirst(running);
        return new Home(files, folder.resolve(name + ".spool"), running);
    }

    private ProcessWorkloads workloads(String node) throws Exception {
        return new ProcessWorkloads(folder.resolve("workloads"), folder.resolve(node));
    }

    private <R extends Report> R awaitReport(Class<R> kind) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            Report next = reports.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                throw new AssertionError("no " + kind.getSimpleName() + " within " + PATIENCE_SECONDS + " s");
            }
            if (kind.isInstance(next)) {
                return kind.cast(next);
            }
            if (next instanceof Report.SaveFailed || next instanceof Report.RestoreFailed) {
                throw new AssertionError("instead of " + kind.getSimpleName() + ": " + next);
            }
        }
    }

    private static Letter letter() {
        return new Letter("test", "a notice", Instant.now(), Payload.of("{}"));
    }

    private static Notice notice() {
        Instant now = Instant.now();
        return new Notice.Preemption(
                new NoticeId("00000000000000aa"),
                new NodeName("node-a"),
                "test",
                now,
                now.plus(WINDOW),
                Action.TERMINATE);
    }
}
