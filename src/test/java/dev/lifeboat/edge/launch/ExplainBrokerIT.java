package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.kafka.Brokers;
import dev.lifeboat.edge.kafka.KafkaUnderTest;
import dev.lifeboat.edge.kafka.RunningOrchestrator;
import dev.lifeboat.edge.kafka.Topics;
import dev.lifeboat.edge.kafka.Wire;
import dev.lifeboat.edge.policyfile.PolicyFiles;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.orchestrator.Observer;
import dev.lifeboat.orchestrator.PolicyPlanner;
import dev.lifeboat.orchestrator.Terms;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `lifeboat explain --broker` on a journal that lies on a broker.
final class ExplainBrokerIT {
    private static final Topics TOPICS = new Topics(2);
    private static final NodeName NODE = new NodeName("node-a");

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void whatLiesOnTheBrokerReplaysToTheSameNumber() throws Exception {
        Path policy = DecidedJournal.policy(folder, "10m");
        try (var kafka = KafkaUnderTest.Kind.EMBEDDED.start()) {
            TOPICS.create(Brokers.plain(kafka.bootstrap()));
            assertThat(explain(kafka.bootstrap(), policy))
                    .as("nothing journalled")
                    .isEqualTo(1);
            assertThat(err.toString().lines()).singleElement().asString().contains("the journal has no plan");

            write(
                    kafka.bootstrap(),
                    DecidedJournal.events(PolicyFiles.load(policy).all()));
            assertThat(explain(kafka.bootstrap(), policy)).as(out + "\n" + err).isZero();
        }
        assertThat(out.toString())
                .contains("first plan of node-a", "lab/gold  ")
                .contains("replayed: as journalled, to the same number")
                .doesNotContain("decide otherwise");
    }

    /// An orchestrator without policies draws no plan, and so leaves nothing to explain: it has to be one with.
    @Test
    void whatALiveOrchestratorDecidedIsExplainedToTheSameNumber() throws Exception {
        Path policy = DecidedJournal.policy(folder, "10m");
        var terms = new Terms(PolicyFiles.load(policy).all(), TOPICS.partitions(), new ByteRate(0));
        try (var kafka = KafkaUnderTest.Kind.EMBEDDED.start()) {
            TOPICS.create(Brokers.plain(kafka.bootstrap()));
            var decided = new LinkedBlockingQueue<JournalEvent>();
            send(kafka.bootstrap(), Topics.TELEMETRY, Wire.REPORTS.write(heartbeat()));
            try (var _ = RunningOrchestrator.start(
                    kafka.bootstrap(), TOPICS, hindsight -> new PolicyPlanner(terms, hindsight), new Told(decided))) {
                send(kafka.bootstrap(), Topics.NOTICES, Wire.NOTICES.write(notice()));
                awaitPlan(decided);
                assertThat(explain(kafka.bootstrap(), policy))
                        .as(out + "\n" + err)
                        .isZero();
            }
        }
        assertThat(out.toString())
                .contains("first plan of node-a", "lab/pi  TRIED", "taken     live")
                .contains("replayed: as journalled, to the same number");
    }

    private static void awaitPlan(BlockingQueue<JournalEvent> decided) throws InterruptedException {
        Instant end = Instant.now().plus(Duration.ofMinutes(3));
        while (Instant.now().isBefore(end)) {
            if (decided.poll(1, TimeUnit.SECONDS) instanceof MigrationEvent.MigrationBegun) {
                return;
            }
        }
        throw new AssertionError("no plan within three minutes");
    }

    private record Told(BlockingQueue<JournalEvent> decided) implements Observer {
        @Override
        public void decided(Decided what) {
            decided.add(what.event());
        }

        @Override
        public void ordered(Order order) {}

        @Override
        public void echoed(Report.Echoed echoed, Instant heardAt) {}

        @Override
        public void deadLetter(String reason) {}
    }

    private static Report heartbeat() {
        var workload = new Workload(
                WorkloadId.parse("lab/pi"),
                "Process",
                "pi",
                Map.of(),
                new Footprint(ByteCount.ofMebi(64), ByteCount.ZERO, 1));
        return new Report.Heartbeat(NODE, Instant.now(), List.of(workload), new ByteRate(1e8), true, null);
    }

    private static Notice notice() {
        Instant now = Instant.now();
        return new Notice.Preemption(
                new NoticeId("00000000000000aa"), NODE, "test", now, now.plusSeconds(600), Action.STOP);
    }

    private static void send(String bootstrap, String topic, byte[] value) throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", bootstrap),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            byte[] key = NODE.value().getBytes(StandardCharsets.UTF_8);
            producer.send(new ProducerRecord<>(topic, TOPICS.partitionOf(NODE.value()), key, value))
                    .get();
        }
    }

    private static void write(String bootstrap, List<JournalEvent> events) throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", bootstrap),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (JournalEvent event : events) {
                producer.send(new ProducerRecord<>(Topics.JOURNAL, 1, null, Wire.JOURNAL.write(event)))
                        .get();
            }
        }
    }

    private int explain(String bootstrap, Path policy) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute("explain", "--broker", bootstrap, "--policies", policy.toString());
    }
}
