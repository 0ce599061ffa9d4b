package dev.lifeboat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.kubernetes.DrainSignal;
import dev.lifeboat.edge.kubernetes.NodeWatcher;
import dev.lifeboat.listener.CountingTally;
import dev.lifeboat.listener.Listener;
import dev.lifeboat.listener.Memory;
import dev.lifeboat.listener.MemoryDeadLetterLog;
import dev.lifeboat.listener.MemorySpool;
import dev.lifeboat.listener.Trust;
import dev.lifeboat.notice.Notice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What [NodeWatcher] hears from a real API server: as `NodeWatcherTest`, whose server is in memory and takes anything.
final class NodeWatcherOnCluster {
    private static final String NODE = "watched";

    private final LinkedBlockingQueue<Notice> said = new LinkedBlockingQueue<>();
    private final KubernetesClient client = ControlPlane.client();

    @SuppressWarnings("NullAway.Init") // set before each test
    private NodeWatcher watcher;

    @BeforeEach
    void start() {
        ControlPlane.node(client, NODE, Map.of("watched", "yes"));
        var listener = new Listener(
                said::addAll,
                new MemoryDeadLetterLog(),
                new MemorySpool(9),
                new CountingTally(),
                InstantSource.system());
        watcher =
                new NodeWatcher(client, Trust.FULL, Memory.NONE, listener, new CountingTally(), InstantSource.system());
    }

    @AfterEach
    void stop() {
        watcher.close();
        client.nodes().withName(NODE).delete();
        client.close();
    }

    @ParameterizedTest
    @EnumSource(value = DrainSignal.class, mode = EnumSource.Mode.EXCLUDE, names = "CORDON")
    void eachSignalIsHeardAndTakenBack(DrainSignal signal) throws Exception {
        patch(signal, true);
        Notice notice = next(heard -> !(heard instanceof Notice.Withdrawal));
        assertThat(notice.getClass().getSimpleName().toUpperCase(Locale.ROOT))
                .isEqualTo(signal.effect().name());

        patch(signal, false);
        next(heard -> heard instanceof Notice.Withdrawal withdrawal
                && withdrawal.withdrawn().equals(notice.id()));
    }

    /// `kubectl drain` as people type it: it cordons, and evicts through the eviction API, which marks the pod.
    @Test
    void kubectlDrainIsHeardAsADrain() throws Exception {
        client.load(NodeWatcherOnCluster.class.getResourceAsStream("/cluster/drained-pod.yaml"))
                .create();
        try {
            client.pods()
                    .inNamespace("default")
                    .withName("drained")
                    .informOnCondition(pods -> pods.stream()
                            .anyMatch(pod -> NODE.equals(pod.getSpec().getNodeName())))
                    .get(2, TimeUnit.MINUTES);
            // Nobody stands behind the node, so the pod never ends: what is heard does not wait for it.
            ControlPlane.run("kubectl", "drain", NODE, "--force", "--timeout=3s");

            Notice drain = next(Notice.Drain.class::isInstance);
            assertThat(drain.node().value()).isEqualTo(NODE);
        } finally {
            client.pods()
                    .inNamespace("default")
                    .withName("drained")
                    .withGracePeriod(0)
                    .delete();
        }
    }

    /// Others' nodes are in the cluster too.
    private Notice next(Predicate<Notice> wanted) throws InterruptedException {
        while (true) {
            Notice notice =
                    Objects.requireNonNull(said.poll(2, TimeUnit.MINUTES), "nothing of the kind was said in 2 minutes");
            if (notice.node().value().equals(NODE) && wanted.test(notice)) {
                return notice;
            }
        }
    }

    private void patch(DrainSignal signal, boolean there) {
        var node = client.nodes().withName(NODE);
        switch (signal.kind()) {
            case TAINT ->
                node.patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        there
                                ? "{\"spec\": {\"taints\": [{\"key\": \"%s\", \"effect\": \"NoSchedule\"}]}}"
                                        .formatted(signal.key())
                                : "{\"spec\": {\"taints\": []}}");
            case CONDITION ->
                node.subresource("status")
                        .patch(
                                PatchContext.of(PatchType.JSON_MERGE),
                                conditions(
                                        "True",
                                        "fine",
                                        there
                                                ? "{\"type\": \"%s\", \"status\": \"True\"}".formatted(signal.key())
                                                : ""));
            case NOT_READY ->
                node.subresource("status")
                        .patch(
                                PatchContext.of(PatchType.JSON_MERGE),
                                conditions(there ? "False" : "True", signal.key(), ""));
        }
    }

    private static String conditions(String ready, String message, String more) {
        String standing = "{\"type\": \"Ready\", \"status\": \"%s\", \"message\": \"%s\"}".formatted(ready, message);
        return "{\"status\": {\"conditions\": [%s]}}".formatted(more.isEmpty() ? standing : standing + ", " + more);
    }
}
