package dev.lifeboat.edge.kafka;

import dev.lifeboat.migration.StandingOrders.Rhythm;
import dev.lifeboat.orchestrator.Homeless;
import dev.lifeboat.orchestrator.Limits;
import dev.lifeboat.orchestrator.Observer;
import dev.lifeboat.orchestrator.Obstructed;
import dev.lifeboat.orchestrator.Orchestrator;
import dev.lifeboat.orchestrator.Paced;
import dev.lifeboat.orchestrator.Planner;
import dev.lifeboat.orchestrator.Planners;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// All of an orchestrator but the consumer that feeds it.
public final class OrchestratorOnKafka implements AutoCloseable {
    public static final String GROUP = "lifeboat-orchestrators";

    /// A killed orchestrator's open transaction holds its partitions back for as long.
    private static final Duration TRANSACTION = Duration.ofSeconds(10);

    private static final Duration DELIVERY = Duration.ofSeconds(8);

    /// A transaction may begin once the one before has its markers, some milliseconds after its
    /// commit was answered; who comes sooner is sent away, and the client's own 100 ms would be
    /// most of a decision's time.
    private static final int BACKOFF_MILLIS = 10;

    private final KafkaProducer<byte[], byte[]> decisions;
    private final KafkaProducer<byte[], byte[]> time;
    private final Telemetry telemetry;
    private final Chronicle chronicle;
    private final Ticks ticks;
    private final RiskWatch risks;
    private final RiskWatch paces;
    private final RiskWatch fleet;
    private final DecisionLoop loop;

    /// @param name unique among the orchestrators and the same after a restart: it is what lets the restarted one take
    ///     its partitions up at once and end what it left half done
    /// @throws IllegalStateException when no broker answers, saying what to check
    public OrchestratorOnKafka(
            Brokers brokers, String name, Topics topics, Limits limits, Planners planners, Observer observer)
            throws InterruptedException {
        topics.create(brokers);
        InstantSource clock = InstantSource.system();
        decisions = new KafkaProducer<>(
                brokers.config(Map.of(
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        "lifeboat-orchestrator-" + name,
                        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                        (int) TRANSACTION.toMillis(),
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        (int) DELIVERY.toMillis(),
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        (int) DELIVERY.toMillis() - 1000,
                        ProducerConfig.RETRY_BACKOFF_MS_CONFIG,
                        BACKOFF_MILLIS)),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        decisions.initTransactions();
        time = new KafkaProducer<>(brokers.config(Map.of()), new ByteArraySerializer(), new ByteArraySerializer());
        telemetry = Telemetry.start(brokers, topics, clock, observer);
        var decided = new JustDecided();
        chronicle = Chronicle.start(brokers, topics, decided, clock, observer);
        Planner planner = planners.with(chronicle::hindsight);
        loop = new DecisionLoop(
                topics,
                new JournalReader(brokers, TRANSACTION.multipliedBy(3), clock),
                decisions,
                partition -> new Orchestrator(limits, planner, node -> topics.partitionOf(node.value()) == partition),
                telemetry::view,
                telemetry.bad(),
                decided,
                clock,
                observer);
        ticks = Ticks.start(time, loop::partitions, loop::pressed);
        risks = RiskWatch.start(() -> {
            seekHomes(planner, clock.instant(), observer);
            observer.obstructed(Obstructed.of(telemetry.view(), clock.instant()));
        });
        fleet = RiskWatch.start(() -> observer.seen(telemetry.view(), clock.instant()));
        paces = RiskWatch.start(() -> pace(planner, clock.instant(), observer));
    }

    private void seekHomes(Planner planner, Instant now, Observer observer) {
        var homeless = Homeless.look(telemetry.view(), planner, now);
        observer.homeless(homeless.calm());
        telemetry.homeless(homeless.everywhere());
    }

    private void pace(Planner planner, Instant now, Observer observer) {
        List<Paced> all = planner.paces(telemetry.view(), now);
        observer.paced(all.stream().map(Paced::pace).toList());
        telemetry.paced(all.stream()
                .map(Paced::rhythm)
                .filter(Objects::nonNull)
                .collect(Collectors.toMap(Rhythm::workload, rhythm -> rhythm, (first, _) -> first)));
    }

    public DecisionLoop loop() {
        return loop;
    }

    @Override
    public void close() {
        risks.close();
        paces.close();
        fleet.close();
        ticks.close();
        telemetry.close();
        chronicle.close();
        time.close();
        decisions.close();
    }
}
