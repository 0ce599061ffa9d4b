package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.kafka.Brokers;
import dev.lifeboat.edge.kafka.EmbeddedBroker;
import dev.lifeboat.edge.kafka.KafkaDeadLetterLog;
import dev.lifeboat.edge.kafka.KafkaNoticeLog;
import dev.lifeboat.edge.kafka.ListenerProducer;
import dev.lifeboat.edge.kafka.RunningOrchestrator;
import dev.lifeboat.edge.kafka.Topics;
import dev.lifeboat.edge.kubernetes.NodeWatcher;
import dev.lifeboat.listener.CountingTally;
import dev.lifeboat.listener.Letter;
import dev.lifeboat.listener.Listener;
import dev.lifeboat.listener.Memory;
import dev.lifeboat.listener.MemorySpool;
import dev.lifeboat.listener.Outcome;
import dev.lifeboat.listener.Payload;
import dev.lifeboat.listener.Reading;
import dev.lifeboat.listener.Trust;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.LossReason;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.Report;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.orchestrator.Observer;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From the taint `node.kubernetes.io/out-of-service` to the restore of what is in the store, and to nothing else: an
/// API server's watch, a real broker, a deciding orchestrator, agents with real CRIU.
final class OutOfServiceIT {
    private static final Topics TOPICS = new Topics(1);
    private static final String TAINT = "node.kubernetes.io/out-of-service";

    /// Far longer than the test: that its deadline passed is not why anything happens.
    private static final Duration WINDOW = Duration.ofMinutes(10);

    private final KubernetesMockServer server = new KubernetesMockServer(
            new Context(), new MockWebServer(), new HashMap<>(), new KubernetesCrudDispatcher(), false);
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @TempDir
    private Path folder;

    private LinkedAgents agents;
    private RunningOrchestrator orchestrator;
    private KubernetesClient cluster;
    private Listener listener;
    private String bootstrap;

    @BeforeEach
    void prepare() throws Exception {
        EmbeddedBroker broker = opened(EmbeddedBroker.start(folder.resolve("kafka"), 0));
        bootstrap = broker.bootstrap();
        TOPICS.create(Brokers.plain(bootstrap));
        orchestrator = opened(RunningOrchestrator.start(bootstrap, TOPICS, Observer.NONE));
        var producer = opened(new ListenerProducer(Brokers.plain(bootstrap), Duration.ofMinutes(2)));
        listener = new Listener(
                new KafkaNoticeLog(producer),
                new KafkaDeadLetterLog(producer),
                new MemorySpool(9),
                new CountingTally(),
                InstantSource.system());
        server.init();
        open.addFirst(server::destroy);
        cluster = opened(server.createClient());
        cluster.resource(node()).create();
        opened(new NodeWatcher(
                cluster, Trust.FULL, Memory.NONE, listener, new CountingTally(), InstantSource.system()));
        agents = opened(new LinkedAgents(folder, TOPICS));
    }

    @AfterEach
    void leaveNothing() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Test
    void whatANodeStoredBeforeItWentOutOfServiceIsRestoredAndNothingIsSavedAnew() throws Exception {
        // It saves, and dies before anybody hears that it has.
        var home = agents.start(LinkedAgents.HOME, bootstrap, Report.Heartbeat.class::isInstance);
        agents.start("node-b", bootstrap);
        assertThat(listener.accept(letter(), List.of(new Reading.Understood(preemption()))))
                .containsExactly(Outcome.ACCEPTED);
        agents.awaitReport(Report.Stored.class);
        home.running().close();
        assertThat(agents.victim().processes()).isEmpty();

        cluster.resource(outOfService()).update();

        assertThat(agents.awaitReport(Report.Resumed.class).node()).isEqualTo(new NodeName("node-b"));
        agents.victim().goesOn();
        assertThat(saves()).isEqualTo(1);
        assertThat(orchestrator.journal())
                .filteredOn(MigrationEvent.NodeLost.class::isInstance)
                .hasSize(1);
    }

    /// What is asserted of it is not true: the machine runs. Even so nothing there is touched.
    @Test
    void aNodeThatIsCalledOutOfServiceWithoutACheckpointLosesAndIsNotCheckpointed() throws Exception {
        var home = agents.start(LinkedAgents.HOME, bootstrap);
        agents.start("node-b", bootstrap);
        CountingVictim.awaits(
                "standing orders, which need a heartbeat",
                () -> home.files()
                        .read()
                        .filter(orders -> orders.saves().size() == 1)
                        .isPresent());
        home.running().close();

        cluster.resource(outOfService()).update();

        CountingVictim.awaits(
                "the loss",
                () -> orchestrator.journal().stream()
                        .anyMatch(event -> event instanceof MigrationEvent.WorkloadLost lost
                                && lost.reason() == LossReason.NOT_STORED));
        assertThat(saves()).isZero();
        assertThat(agents.reports()).noneMatch(Report.SaveStarted.class::isInstance);
        agents.victim().goesOn();
    }

    private long saves() {
        List<JournalEvent> journal = orchestrator.journal();
        return journal.stream()
                .filter(MigrationEvent.SaveOrdered.class::isInstance)
                .count();
    }

    private static Notice preemption() {
        Instant now = Instant.now();
        return new Notice.Preemption(
                new NoticeId("00000000000000aa"),
                new NodeName(LinkedAgents.HOME),
                "test",
                now,
                now.plus(WINDOW),
                Action.TERMINATE);
    }

    private static Letter letter() {
        return new Letter("test", "a notice", Instant.now(), Payload.of("{}"));
    }

    private static Node node() {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(LinkedAgents.HOME)
                .withUid("u-1")
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .withNewStatus()
                .endStatus()
                .build();
    }

    private static Node outOfService() {
        return node().edit()
                .editSpec()
                .addNewTaint()
                .withKey(TAINT)
                .withValue("nodeshutdown")
                .withEffect("NoExecute")
                .endTaint()
                .endSpec()
                .build();
    }

    private <C extends AutoCloseable> C opened(C part) {
        open.addFirst(part);
        return part;
    }
}
