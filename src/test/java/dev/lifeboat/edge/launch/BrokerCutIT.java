package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.kafka.Brokers;
import dev.lifeboat.edge.kafka.EmbeddedBroker;
import dev.lifeboat.edge.kafka.FileSpool;
import dev.lifeboat.edge.kafka.KafkaDeadLetterLog;
import dev.lifeboat.edge.kafka.KafkaNoticeLog;
import dev.lifeboat.edge.kafka.ListenerProducer;
import dev.lifeboat.edge.kafka.RunningOrchestrator;
import dev.lifeboat.edge.kafka.Topics;
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
import dev.lifeboat.orchestrator.Observer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The broker goes away right before the notice and comes back after the save: real broker, real CRIU, real process.
final class BrokerCutIT {
    private static final Topics TOPICS = new Topics(1);
    private static final Duration WINDOW = Duration.ofMinutes(5);

    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @TempDir
    private Path folder;

    private LinkedAgents agents;

    @BeforeEach
    void prepare() throws Exception {
        agents = new LinkedAgents(folder, TOPICS);
    }

    @AfterEach
    void leaveNothing() throws Exception {
        agents.close();
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    /// What becomes of the doomed node's agent while nobody answers.
    private interface Fate {
        LinkedAgents.Started of(LinkedAgents.Started home, String bootstrap) throws Exception;
    }

    @Test
    void anAgentWithoutKafkaSavesByItsStandingOrdersAndOneCopyResumesOnceItIsBack() throws Exception {
        cutOff((home, _) -> home);
    }

    @Test
    void anAgentThatStartsWithoutKafkaDoesSoToo() throws Exception {
        cutOff((home, bootstrap) -> {
            home.running().close();
            return agents.start(LinkedAgents.HOME, bootstrap);
        });
    }

    /// The machine takes its agent and its spool with it; the cluster has heard of its end from
    /// somebody else.
    @Test
    void whatANodeSavedAloneIsFoundInTheStoreThoughTheNodeIsGoneBeforeKafkaIsBack() throws Exception {
        EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"), 0);
        String bootstrap = broker.bootstrap();
        LinkedAgents.Started home = withStandingOrders(bootstrap);
        broker.close();
        try (var producer = new ListenerProducer(Brokers.plain(bootstrap), Duration.ofSeconds(1))) {
            assertThat(listener(home, producer).accept(letter(), List.of(new Reading.Understood(notice()))))
                    .containsExactly(Outcome.SPOOLED);
            agents.awaitReport(Report.Stored.class);
        }
        home.running().close();

        restart(bootstrap);
        try (var producer = new ListenerProducer(Brokers.plain(bootstrap), Duration.ofSeconds(30))) {
            var death = new Notice.Death(
                    new NoticeId("00000000000000bb"), new NodeName("node-a"), "elsewhere", Instant.now());
            new KafkaNoticeLog(producer).append(List.of(death));
        }

        assertThat(agents.awaitReport(Report.Stored.class).node()).isEqualTo(new NodeName("node-b"));
        assertThat(agents.awaitReport(Report.Resumed.class).node()).isEqualTo(new NodeName("node-b"));
        agents.victim().goesOn();
    }

    private LinkedAgents.Started withStandingOrders(String bootstrap) throws Exception {
        TOPICS.create(Brokers.plain(bootstrap));
        try (var _ = RunningOrchestrator.start(bootstrap, TOPICS, Observer.NONE)) {
            LinkedAgents.Started home = agents.start(LinkedAgents.HOME, bootstrap);
            agents.start("node-b", bootstrap);
            CountingVictim.awaits(
                    "standing orders",
                    () -> home.files()
                            .read()
                            .filter(orders -> orders.saves().size() == 1)
                            .isPresent());
            return home;
        }
    }

    private static Listener listener(LinkedAgents.Started home, ListenerProducer producer) throws Exception {
        return new Listener(
                new KafkaNoticeLog(producer),
                new KafkaDeadLetterLog(producer),
                new FileSpool(home.spool(), 100),
                new CountingTally(),
                InstantSource.system());
    }

    private void restart(String bootstrap) throws Exception {
        int port = Integer.parseInt(bootstrap.substring(bootstrap.indexOf(':') + 1));
        open.addLast(EmbeddedBroker.start(folder.resolve("kafka"), port));
        open.addFirst(RunningOrchestrator.start(bootstrap, TOPICS, Observer.NONE));
    }

    private void cutOff(Fate fate) throws Exception {
        EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"), 0);
        String bootstrap = broker.bootstrap();
        LinkedAgents.Started first = withStandingOrders(bootstrap);
        broker.close();
        LinkedAgents.Started home = fate.of(first, bootstrap);

        try (var producer = new ListenerProducer(Brokers.plain(bootstrap), Duration.ofSeconds(1))) {
            Listener listener = listener(home, producer);
            assertThat(listener.accept(letter(), List.of(new Reading.Understood(notice()))))
                    .containsExactly(Outcome.SPOOLED);
            agents.awaitReport(Report.Stored.class);
            assertThat(agents.victim().processes()).isEmpty();

            restart(bootstrap);
            CountingVictim.awaits("the spool to be brought to the log", () -> listener.catchUp() == 1);
        }

        assertThat(agents.awaitReport(Report.Resumed.class).node()).isEqualTo(new NodeName("node-b"));
        agents.victim().goesOn();
        CountingVictim.awaits(
                "the orchestrator's word", () -> home.files().acts().isEmpty());
        assertThat(agents.workloads("node-a").running()).isEmpty();
        assertThat(agents.reports()).noneMatch(Report.Resumed.class::isInstance);
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
