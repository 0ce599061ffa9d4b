package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.kafka.Brokers;
import dev.lifeboat.edge.kafka.JournalTail;
import dev.lifeboat.edge.kafka.KafkaNoticeLog;
import dev.lifeboat.edge.kafka.KafkaSettings;
import dev.lifeboat.edge.kafka.ListenerProducer;
import dev.lifeboat.edge.kafka.OrchestratorSettings;
import dev.lifeboat.edge.kubernetes.Admission;
import dev.lifeboat.edge.kubernetes.AdmissionServer;
import dev.lifeboat.edge.kubernetes.DrainSignal;
import dev.lifeboat.edge.kubernetes.Gatekeeper;
import dev.lifeboat.edge.kubernetes.NodeWatcher;
import dev.lifeboat.listener.NoticeLog;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.orchestrator.Departures;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Provider;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/// Beside the orchestrator: holds back the pods that take the place of those which are on their way. Each replica does
/// all of it, for the whole cluster; what is done twice counts once.
@ApplicationScoped
final class Gate {
    private static final Logger LOG = Logger.getLogger(Gate.class);
    private static final Duration LOOK = Duration.ofMillis(200);

    /// Between two reads of the journal: who asks about a pod may wait for two of them.
    private static final Duration PAUSE = Duration.ofMillis(50);

    /// The API server asks with a timeout of a few seconds.
    private static final Duration KAFKA_PATIENCE = Duration.ofSeconds(2);

    private final OrchestratorSettings settings;
    private final Provider<ClusterPolicies> policies;
    private final Vertx vertx;
    private final Brokers brokers;
    private final InstantSource clock = InstantSource.system();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    Gate(
            OrchestratorSettings settings,
            Provider<ClusterPolicies> policies,
            Vertx vertx,
            KafkaSettings kafka,
            @ConfigProperty(name = "kafka.bootstrap.servers", defaultValue = "127.0.0.1:9092") String bootstrap) {
        this.settings = settings;
        this.policies = policies;
        this.vertx = vertx;
        this.brokers = Brokers.of(bootstrap, kafka);
    }

    void start(@Observes StartupEvent started) {
        var pods = settings.orchestrator().pods();
        if (!pods.enabled()) {
            return;
        }
        var departures = new Departures();
        var reads = new Reads();
        var departing = new Departing(departures, reads, policies.get()::policies);
        KubernetesClient client = opened(new KubernetesClientBuilder().build());
        Gatekeeper gatekeeper = opened(new Gatekeeper(client, departing));
        JournalTail journal = opened(new JournalTail(brokers, clock));
        Loops loops = opened(new Loops());
        loops.after(PAUSE, "journal-tail", () -> {
            if (journal.read(departures::replay)) {
                departures.readWhole();
                reads.end();
            }
        });
        loops.after(LOOK, "gate", gatekeeper::look);
        pods.tls().ifPresent(folder -> {
            ListenerProducer producer = opened(new ListenerProducer(brokers, KAFKA_PATIENCE));
            var hold =
                    new EvictionHold(new Cluster(client, gatekeeper, new KafkaNoticeLog(producer)), departures, clock);
            opened(AdmissionServer.open(vertx, folder, pods.port(), new Admission(departing, hold)));
        });
        LOG.infof(
                "pods are held back for what is on its way asked=%s", pods.tls().isPresent());
    }

    private <T extends AutoCloseable> T opened(T each) {
        open.push(each);
        return each;
    }

    @PreDestroy
    void stop() {
        for (AutoCloseable each : open) {
            try {
                each.close();
            } catch (Exception broken) {
                LOG.warnf(broken, "could not be closed: %s", each);
            }
        }
    }

    /// Evictions as the cluster and the log of notices see them.
    private record Cluster(KubernetesClient client, Gatekeeper gatekeeper, NoticeLog notices)
            implements EvictionHold.Drains {
        @Override
        public Optional<EvictionHold.Leaving> leaving(String namespace, String name) {
            return gatekeeper
                    .running(namespace, name)
                    .flatMap(pod -> gatekeeper
                            .drain(pod.node())
                            .map(drain -> new EvictionHold.Leaving(pod.uid(), pod.node(), drain)));
        }

        @Override
        public void say(EvictionHold.Leaving leaving, Instant at) {
            notices.append(List.of(new Notice.Drain(
                    leaving.drain(), new NodeName(leaving.node()), NodeWatcher.SOURCE, at, DrainSignal.DRAIN.grace())));
        }
    }
}
