package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.kafka.AgentLink;
import dev.lifeboat.edge.kafka.Brokers;
import dev.lifeboat.edge.kafka.KafkaUnderTest;
import dev.lifeboat.edge.kafka.RunningOrchestrator;
import dev.lifeboat.edge.kafka.Topics;
import dev.lifeboat.edge.kafka.Wire;
import dev.lifeboat.edge.policyfile.PolicyFiles;
import dev.lifeboat.estimate.Observation;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.orchestrator.Observer;
import dev.lifeboat.orchestrator.PolicyPlanner;
import dev.lifeboat.orchestrator.Terms;
import dev.lifeboat.plan.Pace;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What agents measure between saves, on its way through a broker into what the orchestrator says before any notice.
final class MeasuredIT {
    private static final Topics TOPICS = new Topics(1);
    private static final NodeName NODE = new NodeName("node-a");
    private static final ByteRate UPLINK = ByteRate.ofMegabytes(94);
    private static final Workload CALM = workload("calm");
    private static final Workload WILD = workload("wild");

    @TempDir
    private Path folder;

    private final LinkedBlockingQueue<List<Pace>> said = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<StandingOrders> given = new LinkedBlockingQueue<>();

    @Test
    void aMeasurementSetsTheIntervalAndSaysWhatCannotFitBeforeAnyNoticeAndARestartForgetsNothing() throws Exception {
        Path policy = policy();
        try (var kafka = KafkaUnderTest.Kind.EMBEDDED.start();
                var heart = Executors.newSingleThreadScheduledExecutor()) {
            TOPICS.create(Brokers.plain(kafka.bootstrap()));
            var _ = heart.scheduleAtFixedRate(
                    () -> send(kafka.bootstrap(), Topics.TELEMETRY, heartbeat()), 0, 2, TimeUnit.SECONDS);
            try (var _ = orchestrator(kafka.bootstrap(), policy);
                    var _ = AgentLink.open(Brokers.plain(kafka.bootstrap()), TOPICS, NODE, new Listening())) {
                assertThat(await(said, paces -> paces.size() == 2)).allMatch(Pace.Unknown.class::isInstance);
                assertThat(await(given, orders -> orders.rhythms().size() == 2).rhythms())
                        .extracting(StandingOrders.Rhythm::every)
                        .as("what the policy says, until something is measured")
                        .containsExactly(Duration.ofHours(1), Duration.ofHours(1));
                send(kafka.bootstrap(), Topics.MEASUREMENTS, measured());
                assertKnown(await(said, paces -> paces.stream().noneMatch(Pace.Unknown.class::isInstance)));
                assertLived(await(
                        given,
                        orders -> orders.rhythms().stream()
                                .noneMatch(rhythm -> Duration.ofHours(1).equals(rhythm.every()))));
            }
            said.clear();
            try (var _ = orchestrator(kafka.bootstrap(), policy)) {
                assertKnown(await(
                        said, paces -> paces.size() == 2 && paces.stream().noneMatch(Pace.Unknown.class::isInstance)));
            }
        }
    }

    /// 5 MB a second need copying every few minutes; to copy what is all dirty again by then would not pay.
    private static void assertLived(StandingOrders orders) {
        StandingOrders.Rhythm calm = orders.rhythms().getFirst();
        assertThat(calm.workload()).isEqualTo(CALM.id());
        assertThat(calm.every()).isBetween(Duration.ofSeconds(10), Duration.ofMinutes(30));
        assertThat(calm.processorShare()).isEqualTo(0.25);
        assertThat(calm.link()).isEqualTo(new ByteRate(10 << 20));
        assertThat(orders.rhythms().getLast().every()).isNull();
    }

    /// 5 MB a second are little for the link; 10 GB within a second fit into no window of two minutes.
    private static void assertKnown(List<Pace> paces) {
        assertThat(paces).extracting(Pace::workload).containsExactly(CALM.id(), WILD.id());
        assertThat(paces.getFirst())
                .isInstanceOfSatisfying(
                        Pace.Every.class,
                        it -> assertThat(it.interval()).isBetween(Duration.ofSeconds(10), Duration.ofHours(24)));
        assertThat(paces.getLast())
                .isInstanceOfSatisfying(
                        Pace.CannotFit.class, it -> assertThat(it.reason()).isEqualTo(Pace.Reason.RESIDUAL_TOO_LARGE));
    }

    private static <T> T await(BlockingQueue<T> words, Predicate<T> wanted) throws InterruptedException {
        Instant end = Instant.now().plus(Duration.ofMinutes(3));
        T last = null;
        while (Instant.now().isBefore(end)) {
            T word = words.poll(1, TimeUnit.SECONDS);
            if (word != null && wanted.test(word)) {
                return word;
            }
            last = word == null ? last : word;
        }
        throw new AssertionError("within three minutes the last word was " + last);
    }

    /// An agent's ear for what it is told.
    private final class Listening implements AgentLink.Ear {
        @Override
        public void on(Order order) {}

        @Override
        public void on(StandingOrders orders) {
            given.add(orders);
        }

        @Override
        public void on(Notice notice) {}

        @Override
        public void unreadable(String reason) {
            throw new AssertionError(reason);
        }
    }

    private RunningOrchestrator orchestrator(String bootstrap, Path policy) throws InterruptedException {
        var terms = new Terms(PolicyFiles.load(policy).all(), 1, new ByteRate(0));
        return RunningOrchestrator.start(
                bootstrap, TOPICS, hindsight -> new PolicyPlanner(terms, hindsight), new Observer() {
                    @Override
                    public void decided(Decided decided) {}

                    @Override
                    public void ordered(Order order) {}

                    @Override
                    public void echoed(Report.Echoed echoed, Instant heardAt) {}

                    @Override
                    public void deadLetter(String reason) {}

                    @Override
                    public void paced(List<Pace> paces) {
                        said.add(paces);
                    }
                });
    }

    private Path policy() throws Exception {
        return Files.writeString(folder.resolve("policy.yaml"), """
                apiVersion: lifeboat.dev/v1alpha1
                kind: EvacuationPolicy
                metadata: {name: all, namespace: lab}
                spec:
                  mode: Enforce
                  match: {workloads: [{kind: Process, name: "*"}]}
                  triggers: [SpotInterruption]
                  preDump: {every: 1h, maxCpu: 250m, maxBandwidth: 10Mi}
                  ladder: [{name: live, checkpoint: {mode: Full, maxFreeze: 10m}}]
                  store: {ref: lab, encryption: {kms: lab-key}}
                """);
    }

    private static Report heartbeat() {
        return new Report.Heartbeat(NODE, Instant.now(), List.of(CALM, WILD), UPLINK, true, null);
    }

    private static Report measured() {
        var seen = new ArrayList<Observation>();
        for (int second : new int[] {1, 3, 12, 25}) {
            seen.add(dirtied(CALM, second, 5_000_000L));
            seen.add(dirtied(WILD, second, 10_000_000_000L));
        }
        return new Report.Measured(NODE, Instant.now(), seen);
    }

    private static Observation dirtied(Workload workload, int seconds, long bytes) {
        return new Observation.Dirtied(
                Instant.now(), workload, Duration.ofSeconds(seconds), new ByteCount(seconds * bytes));
    }

    private static void send(String bootstrap, String topic, Report report) {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", bootstrap),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            byte[] key = NODE.value().getBytes(StandardCharsets.UTF_8);
            var _ = producer.send(new ProducerRecord<>(topic, 0, key, Wire.REPORTS.write(report)));
        }
    }

    private static Workload workload(String name) {
        return new Workload(
                WorkloadId.parse("lab/" + name),
                "Process",
                "class-" + name,
                Map.of(),
                new Footprint(ByteCount.ofMebi(16_384), ByteCount.ZERO, 1));
    }
}
