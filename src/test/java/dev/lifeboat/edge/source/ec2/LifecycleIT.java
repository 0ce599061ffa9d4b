package dev.lifeboat.edge.source.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.kafka.Brokers;
import dev.lifeboat.edge.kafka.EmbeddedBroker;
import dev.lifeboat.edge.kafka.JournalEvacuations;
import dev.lifeboat.edge.kafka.Topics;
import dev.lifeboat.edge.kafka.Wire;
import dev.lifeboat.edge.source.Sample;
import dev.lifeboat.listener.CountingTally;
import dev.lifeboat.listener.Evacuation;
import dev.lifeboat.listener.Evacuations;
import dev.lifeboat.listener.Holds;
import dev.lifeboat.listener.Listener;
import dev.lifeboat.listener.MemoryDeadLetterLog;
import dev.lifeboat.listener.MemoryNoticeLog;
import dev.lifeboat.listener.MemorySpool;
import dev.lifeboat.listener.ScriptedEvacuations;
import dev.lifeboat.listener.Trust;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.LetGoReason;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.Planned;
import dev.lifeboat.migration.Subject;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.workload.WorkloadId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;

/// A termination hook from its message to its end. Against moto's SQS and our counterpart of Auto Scaling.
final class LifecycleIT {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final LifecycleAction ACTION =
            new LifecycleAction("my-asg", "my-hook", "87654321-4321-4321-4321-210987654321", "i-0123456789abcdef0");
    private static final String HEARTBEAT = "RecordLifecycleActionHeartbeat";
    private static final String COMPLETION = "CompleteLifecycleAction CONTINUE";

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static MotoServer moto;

    private final AutoScalingServer group = new AutoScalingServer();
    private final MemoryNoticeLog log = new MemoryNoticeLog();
    private final CountingTally tally = new CountingTally();
    private final ScriptedEvacuations evacuations = new ScriptedEvacuations();
    private final Instant[] now = {START};
    private final AutoScalingClient scaling = AutoScalingClient.builder()
            .endpointOverride(group.endpoint())
            .region(MotoServer.REGION)
            .credentialsProvider(MotoServer.ANYBODY)
            .build();

    @SuppressWarnings("NullAway.Init") // set before each test
    private MotoQueue queue;

    @BeforeAll
    static void start() throws Exception {
        moto = MotoServer.start();
    }

    @AfterAll
    static void stop() {
        moto.close();
    }

    @BeforeEach
    void makeQueue() {
        queue = MotoQueue.in(moto);
        group.begin(ACTION);
    }

    @AfterEach
    void close() {
        queue.close();
        scaling.close();
        group.close();
    }

    @Test
    void aGroupIsKeptWaitingWhileWeSaveAndGoesOnOnceWeAreSafe() {
        send("asg-terminate.json");
        Holds holds = holds(evacuations);
        assertThat(source(holds).look()).isZero();
        assertThat(log.appended())
                .singleElement()
                .isInstanceOfSatisfying(
                        Notice.Drain.class, drain -> assertThat(drain.grace()).isEqualTo(Duration.ofMinutes(10)));
        assertThat(group.asked).containsExactly(HEARTBEAT);

        evacuations.say(Evacuation.AT_RISK);
        turnAt(holds, START.plusSeconds(9));
        turnAt(holds, START.plusSeconds(10));
        turnAt(holds, START.plusSeconds(20));
        assertThat(group.asked).containsExactly(HEARTBEAT, HEARTBEAT, HEARTBEAT);
        assertThat(queue.messages()).as("a listener that starts anew meets it").isEqualTo(1);

        evacuations.say(Evacuation.SAFE);
        turnAt(holds, START.plusSeconds(21));
        assertThat(group.asked).endsWith(COMPLETION).hasSize(4);
        assertThat(group.waits(ACTION)).isFalse();
        assertThat(queue.messages()).isZero();
        assertThat(tally.count("ec2-sqs hold RELEASED")).isEqualTo(1);
    }

    @Test
    void aListenerThatStartsAnewGoesOnWithTheHook() {
        send("asg-terminate-raw.json");
        source(holds(evacuations)).look();
        showAgain();

        Holds afterwards = holds(evacuations);
        assertThat(source(afterwards).look()).isZero();
        evacuations.say(Evacuation.SAFE);
        afterwards.turn();

        assertThat(group.asked).containsExactly(HEARTBEAT, HEARTBEAT, COMPLETION);
        assertThat(queue.messages()).isZero();
    }

    @Test
    void aHookThatRefusesHeartbeatsIsCountedOnForItsUsualTimeAlone() {
        group.end(ACTION);
        send("asg-terminate.json");
        Holds holds = holds(evacuations);
        source(holds).look();
        assertThat(log.appended())
                .singleElement()
                .isInstanceOfSatisfying(
                        Notice.Drain.class, drain -> assertThat(drain.grace()).isEqualTo(Ec2Events.HOOK_GRACE));

        turnAt(holds, START.plusSeconds(10));
        assertThat(tally.count("ec2-sqs hold OVER")).isEqualTo(1);
        assertThat(queue.messages()).isZero();
    }

    @Test
    void aGroupThatDoesNotAnswerIsAskedAgain() {
        send("asg-terminate.json");
        Holds holds = holds(evacuations);
        source(holds).look();
        evacuations.say(Evacuation.SAFE);
        group.outage(403);
        holds.turn();
        assertThat(queue.messages()).isEqualTo(1);
        group.outage(0);
        holds.turn();

        assertThat(group.waits(ACTION)).isFalse();
        assertThat(queue.messages()).isZero();
        assertThat(tally.count("ec2-sqs hold UNANSWERED")).isEqualTo(1);
    }

    @Test
    void aGroupsTestNotificationAndItsLaunchesAreDeletedAndHoldNothing() {
        send("asg-test.json");
        send("asg-launch.json");
        Holds holds = holds(evacuations);
        for (int deleted = 0; deleted < 2; ) {
            deleted += source(holds).look();
        }

        assertThat(group.asked).isEmpty();
        assertThat(queue.messages()).isZero();
        assertThat(tally.count("ec2-sqs QUIET")).isEqualTo(2);
        assertThat(tally.count("ec2-sqs hold OPENED")).isZero();
    }

    @Test
    void theOrchestratorsJournalSaysWhenWeAreSafe(@TempDir Path dir) throws Exception {
        try (var broker = EmbeddedBroker.start(dir, 0)) {
            new Topics(4).create(Brokers.plain(broker.bootstrap()));
            try (var journal = new JournalEvacuations(Brokers.plain(broker.bootstrap()), InstantSource.system())) {
                Holds holds = holds(journal);
                send("asg-terminate.json");
                source(holds).look();
                holds.turn();
                assertThat(group.waits(ACTION)).isTrue();

                Notice notice = log.appended().getFirst();
                var workload = WorkloadId.parse("default/counter");
                var migration = MigrationId.of(notice.id(), workload, 1);
                var subject = new Subject(
                        migration, notice.node(), workload, notice.id(), START.plusSeconds(600), Planned.turn(1), null);
                decide(
                        broker,
                        notice,
                        new JournalEvent.NoticeAccepted(notice, START),
                        new MigrationEvent.MigrationBegun(subject, START));
                holds.turn();
                assertThat(group.waits(ACTION)).isTrue();

                decide(broker, notice, new MigrationEvent.WorkloadLetGo(migration, START, LetGoReason.OUT_OF_TIME));
                turnUntilReleased(holds);
            }
        }
    }

    /// A journal that cannot be read in time is asked again with the next turn.
    private void turnUntilReleased(Holds holds) {
        long giveUp = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (group.waits(ACTION)) {
            assertThat(System.nanoTime()).as("released in vain").isLessThan(giveUp);
            holds.turn();
        }
    }

    /// As the orchestrator does: in one transaction.
    private static void decide(EmbeddedBroker broker, Notice notice, JournalEvent... events) {
        Map<String, Object> config =
                Map.of("bootstrap.servers", broker.bootstrap(), "transactional.id", "orchestrator");
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            for (JournalEvent event : events) {
                byte[] key = notice.node().value().getBytes(StandardCharsets.UTF_8);
                var _ = producer.send(new ProducerRecord<>(Topics.JOURNAL, key, Wire.JOURNAL.write(event)));
            }
            producer.commitTransaction();
        }
    }

    private void turnAt(Holds holds, Instant when) {
        now[0] = when;
        holds.turn();
    }

    private Holds holds(Evacuations journal) {
        return new Holds(journal, Duration.ofMinutes(30), tally, () -> now[0]);
    }

    private SqsSource source(Holds holds) {
        var listener = new Listener(log, new MemoryDeadLetterLog(), new MemorySpool(9), tally, () -> now[0]);
        return new SqsSource(queue.queue(), Sample.NODES, scaling, holds, Trust.FULL, listener, tally, () -> now[0]);
    }

    private void send(String sample) {
        String body = Sample.all().stream()
                .filter(one -> one.file().endsWith(sample))
                .map(one -> new String(one.letter().body().bytes(), StandardCharsets.UTF_8))
                .findFirst()
                .orElseThrow();
        queue.send(body);
    }

    /// As though the time for which the message is hidden had passed: another queue with the same message.
    private void showAgain() {
        queue.close();
        makeQueue();
        send("asg-terminate-raw.json");
    }
}
