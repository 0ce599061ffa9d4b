package dev.lifeboat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.kubernetes.Admission;
import dev.lifeboat.edge.kubernetes.AdmissionServer;
import dev.lifeboat.edge.kubernetes.Gatekeeper;
import dev.lifeboat.edge.kubernetes.NodePods;
import dev.lifeboat.edge.kubernetes.ProtectedPod;
import dev.lifeboat.edge.kubernetes.Successor;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.Eviction;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How pods are held back, let go and sent to a node, by a real API server, its controllers and its scheduler. Nobody
/// stands behind the nodes.
final class GateOnCluster {
    private static final String NODE = "gate-a";
    private static final String OTHER = "gate-b";

    /// More than the 2 s that were too few on a loaded machine; the chart has 10.
    private static final Duration SLOW = Duration.ofSeconds(4);

    private final KubernetesClient client = ControlPlane.client();
    private final Stage stage = new Stage(client, "gate");
    private final String namespace = stage.namespace();
    private final AtomicInteger awaited = new AtomicInteger();
    private final Vertx vertx = Vertx.vertx();

    /// What stands against an eviction.
    private volatile Optional<Admission.Refusal> against = Optional.empty();

    /// What happens while the newest journal is read.
    private volatile Runnable refreshing = () -> {};

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path tls;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Gatekeeper gatekeeper;

    @SuppressWarnings("NullAway.Init") // set before each test
    private AdmissionServer server;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Webhooks webhooks;

    @BeforeEach
    void start() throws Exception {
        stage.set();
        var word = new Awaiting();
        gatekeeper = new Gatekeeper(client, word);
        ControlPlane.certificate(tls);
        server = AdmissionServer.open(vertx, tls, 0, new Admission(word, (_, _) -> against));
        webhooks = Webhooks.install(client, server.port());
        awaitHook();
    }

    /// The API server takes a moment to heed a new webhook.
    private void awaitHook() {
        awaited.set(1);
        long giveUp = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (rehearsed().getSpec().getSchedulingGates().isEmpty()) {
            assertThat(System.nanoTime()).as("the webhook is asked").isLessThan(giveUp);
        }
        awaited.set(0);
    }

    private Pod rehearsed() {
        return client.resource(
                        new PodBuilder(ControlPlane.pod(namespace, "rehearsal", Map.of(ProtectedPod.OPT_IN, "true")))
                                .editMetadata()
                                .addNewOwnerReference()
                                .withApiVersion("apps/v1")
                                .withKind("ReplicaSet")
                                .withName("nobody")
                                .withUid("nobody")
                                .withController(true)
                                .endOwnerReference()
                                .endMetadata()
                                .build())
                .dryRun()
                .create();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        gatekeeper.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(1, TimeUnit.MINUTES);
        webhooks.close();
        client.apps().deployments().inNamespace(namespace).delete();
        stage.close();
        client.close();
    }

    @Test
    void whatReplacesNobodyStartsAsAnyOther() throws Exception {
        ControlPlane.apply("cart.yaml", namespace);

        Pod pod = pod(GateOnCluster::placed);

        assertThat(pod.getSpec().getRuntimeClassName()).isNull();
    }

    @Test
    void aReplacementWaitsAndGoesWhereItsCheckpointIs() throws Exception {
        awaited.set(1);
        ControlPlane.apply("cart.yaml", namespace);
        Pod waiting = pod(pod -> !pod.getSpec().getSchedulingGates().isEmpty());
        assertThat(waiting.getSpec().getRuntimeClassName()).isEqualTo(Admission.RUNTIME_CLASS);
        gatekeeper.look();

        try (var node = new NodePods(client, OTHER)) {
            assertThat(node.land(namespace, pod -> pod.owner().kind().equals("StatefulSet"), "r-1"))
                    .isEmpty();
            assertThat(node.land(namespace, pod -> pod.owner().kind().equals("ReplicaSet"), "r-1"))
                    .isPresent();
            Pod landed = pod(GateOnCluster::placed);
            assertThat(landed.getSpec().getNodeName()).isEqualTo(OTHER);
            assertThat(landed.getMetadata().getAnnotations())
                    .containsEntry("lifeboat.dev/restore", "r-1")
                    .containsEntry("lifeboat.dev/gate", "ask");

            node.landed(namespace, landed.getMetadata().getName());
            assertThat(pod(GateOnCluster::placed).getMetadata().getAnnotations())
                    .isNullOrEmpty();
        }
    }

    /// Its memory is lost when it is not waited for.
    @Test
    void anAnswerThatTakesItsTimeIsWaitedFor() throws Exception {
        refreshing = () -> {
            LockSupport.parkNanos(SLOW.toNanos());
            awaited.set(1);
        };
        ControlPlane.apply("cart.yaml", namespace);

        assertThat(pod(_ -> true).getSpec().getSchedulingGates()).hasSize(1);
    }

    @Test
    void onceItIsGivenUpItStartsCold() throws Exception {
        awaited.set(1);
        ControlPlane.apply("cart.yaml", namespace);
        pod(pod -> !pod.getSpec().getSchedulingGates().isEmpty());
        awaited.set(0);

        for (int look = 0; look < 600 && pod(_ -> true).getSpec().getNodeName() == null; look++) {
            gatekeeper.look();
        }

        assertThat(pod(GateOnCluster::placed).getSpec().getSchedulingGates()).isNullOrEmpty();
    }

    @Test
    void whereNobodyAnswersPodsStartAsAnyOther() throws Exception {
        server.close();
        awaited.set(1);
        ControlPlane.apply("cart.yaml", namespace);

        assertThat(pod(GateOnCluster::placed).getSpec().getRuntimeClassName()).isNull();
    }

    @Test
    void anEvictionWaitsAsLongAsItIsTold() throws Exception {
        ControlPlane.apply("cart.yaml", namespace);
        String name = pod(GateOnCluster::placed).getMetadata().getName();
        against = Optional.of(new Admission.Refusal(Admission.Answer.WAIT, "it is being saved"));

        assertThat(ControlPlane.run("kubectl", "drain", NODE, OTHER, "--timeout=3s", "--pod-selector=app=cart")
                        .words())
                .contains("it is being saved");
        against = Optional.empty();
        assertThat(client.pods().inNamespace(namespace).withName(name).evict(eviction(name)))
                .isTrue();
    }

    private Eviction eviction(String pod) {
        return new EvictionBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(pod)
                .endMetadata()
                .build();
    }

    private static boolean placed(Pod pod) {
        return pod.getSpec().getNodeName() != null;
    }

    /// The Deployment's one pod, once it is so.
    private Pod pod(Predicate<Pod> state) throws Exception {
        return client
                .pods()
                .inNamespace(namespace)
                .withLabel("app", "cart")
                .informOnCondition(pods -> pods.stream().anyMatch(state))
                .get(2, TimeUnit.MINUTES)
                .stream()
                .filter(state)
                .findFirst()
                .orElseThrow();
    }

    private final class Awaiting implements Gatekeeper.Awaited {
        @Override
        public boolean known() {
            return true;
        }

        @Override
        public void refresh() {
            refreshing.run();
        }

        @Override
        public int waitingFor(Successor successor) {
            return successor.namespace().equals(namespace) ? awaited.get() : 0;
        }
    }
}
