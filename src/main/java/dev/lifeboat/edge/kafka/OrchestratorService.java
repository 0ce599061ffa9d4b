package dev.lifeboat.edge.kafka;

import dev.lifeboat.orchestrator.Hindsight;
import dev.lifeboat.orchestrator.Observer;
import dev.lifeboat.orchestrator.Planners;
import io.quarkus.runtime.Quarkus;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordBatchMetadata;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/// The orchestrator as a service: SmallRye's channel feeds the decision loop. Its first failure ends the process, since
/// the state is then ahead of the journal; whoever runs it starts it again, and it reads the journal anew.
@ApplicationScoped
@Identifier("lifeboat-orchestrators")
class OrchestratorService implements KafkaConsumerRebalanceListener {
    private static final Logger LOG = Logger.getLogger(OrchestratorService.class);

    private final OrchestratorOnKafka orchestrator;
    private final Desk desk;

    OrchestratorService(
            OrchestratorSettings settings,
            Planners planners,
            Observer observer,
            KafkaSettings kafka,
            @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrap)
            throws InterruptedException {
        DryRun.start(settings.limits(), planners.with(() -> Hindsight.NONE), Instant.now());
        orchestrator = new OrchestratorOnKafka(
                Brokers.of(bootstrap, kafka),
                settings.orchestrator().name(),
                new Topics(settings.partitions()),
                settings.limits(),
                planners,
                observer);
        desk = Desk.start(orchestrator.loop(), failure -> stop("decisions could not be made durable", failure));
    }

    @Incoming("inputs")
    @Blocking
    void decide(List<byte[]> payloads, IncomingKafkaRecordBatchMetadata<byte[], byte[]> batch) {
        desk.put(batch.getRecords(), batch.getConsumerGroupGenerationId());
    }

    @Override
    public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        try {
            orchestrator.loop().assigned(consumer, partitions);
            LOG.infof("term begun: partitions=%s", orchestrator.loop().partitions());
        } catch (RuntimeException e) {
            stop("a journal could not be read", e);
            throw e;
        }
    }

    @Override
    public void onPartitionsRevoked(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        orchestrator.loop().revoked();
        LOG.info("term ended");
    }

    @PreDestroy
    void close() {
        desk.close();
        orchestrator.close();
    }

    private static void stop(String what, RuntimeException why) {
        LOG.errorf(why, "stopping: %s; see docs/adr/0001-decide-journal-replay.md", what);
        Quarkus.asyncExit(1);
    }
}
