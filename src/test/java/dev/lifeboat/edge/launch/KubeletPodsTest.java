package dev.lifeboat.edge.launch;

import static dev.lifeboat.edge.kubernetes.StandInKubelet.say;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.criu.FailureCode;
import dev.lifeboat.edge.criu.archive.ArchiveCheckpointer.Made;
import dev.lifeboat.edge.kubernetes.Kubelet;
import dev.lifeboat.edge.kubernetes.NodePods;
import dev.lifeboat.edge.kubernetes.StandInKubelet;
import dev.lifeboat.workload.Obstacle;
import dev.lifeboat.workload.Preflight;
import dev.lifeboat.workload.WorkloadId;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Through a real watch on fabric8's API server, and a kubelet that answers as real ones do.
final class KubeletPodsTest {
    private static final WorkloadId PI = new WorkloadId("lab", "pi-0");
    private static final Duration AMPLE = Duration.ofMinutes(2);
    private static final long PATIENCE_NANOS = Duration.ofMinutes(2).toNanos();

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static StandInKubelet standIn;

    private final OneNodesCluster server = new OneNodesCluster();

    private final List<String> failed = new ArrayList<>();
    private Optional<String> podCheckpoints = Optional.empty();

    @TempDir
    private Path folder;

    @TempDir
    private Path state;

    @SuppressWarnings("NullAway.Init") // set before each test
    private KubernetesClient client;

    @SuppressWarnings("NullAway.Init") // set before each test
    private NodePods cluster;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Kubelet kubelet;

    @SuppressWarnings("NullAway.Init") // set before each test
    private ArchiveFolder archives;

    @SuppressWarnings("NullAway.Init") // set before each test
    private KubeletPods pods;

    @BeforeAll
    static void start(@TempDir Path certificates) throws Exception {
        standIn = StandInKubelet.start(certificates);
    }

    @AfterAll
    static void stop() {
        standIn.close();
    }

    @BeforeEach
    void open() throws Exception {
        client = server.client();
        create("c-1");
        cluster = new NodePods(client, StandInKubelet.NODE);
        kubelet = standIn.client();
        archives = new ArchiveFolder(folder, 16L << 30, state, InstantSource.system());
        pods = new KubeletPods(cluster, kubelet, archives, null, () -> podCheckpoints, failed::add);
        while (standIn.unread() > 0) {
            standIn.asked();
        }
    }

    @AfterEach
    void close() {
        cluster.close();
        kubelet.close();
        server.close();
    }

    /// Three more periods, and the last one's timeout.
    @Test
    void aPodStandsStillForNoLongerThanItsProbeWaits() {
        await(() -> pods.find(PI).isPresent());

        assertThat(pods.condition(pods.find(PI).orElseThrow()).bears()).isEqualTo(Duration.ofSeconds(17));
    }

    @Test
    void theArchiveThatTheKubeletNamesIsTakenFromTheNodesFolder() throws Exception {
        standIn.behaves((_, to) -> say(to, 200, "{\"items\":[\"/var/lib/kubelet/checkpoints/" + archive() + "\"]}"));

        assertThat(pods.make(number(), AMPLE)).isInstanceOfSatisfying(Made.Written.class, made -> {
            assertThat(made.file()).exists().hasParent(folder);
            assertThat(made.id()).isEqualTo("c-1");
        });
        assertThat(standIn.asked()).as("for the container that is named").contains("/lab/pi-0/count?");
    }

    /// A StatefulSet gives the name anew within a second.
    @Test
    void aPodThatTookThePlaceOfTheOneMeantIsNotCheckpointed() throws Exception {
        long meant = number();
        client.pods().inNamespace("lab").withName("pi-0").withGracePeriod(0).delete();
        create("c-2");
        await(() -> !pods.runs(meant) && pods.find(PI).isPresent());

        assertThat(pods.make(meant, AMPLE)).isInstanceOfSatisfying(Made.Refused.class, no -> {
            assertThat(no.why()).isEqualTo(FailureCode.SOURCE_REPLACED);
            assertThat(no.detail()).contains(uid());
        });
        assertThat(standIn.unread()).as("the kubelet was asked").isZero();
        assertThat(number()).isNotEqualTo(meant);
    }

    @Test
    void aPodThatHasGoneIsNotAskedFor() throws Exception {
        long meant = number();
        client.pods().inNamespace("lab").withName("pi-0").withGracePeriod(0).delete();
        await(() -> !pods.runs(meant));

        assertThat(pods.make(meant, AMPLE))
                .isInstanceOfSatisfying(
                        Made.Refused.class, no -> assertThat(no.why()).isEqualTo(FailureCode.KUBELET_KNOWS_NONE));
        assertThat(standIn.unread()).isZero();
    }

    @Test
    void nothingIsLeftOnTheDiskByACallThatIsGivenUp() throws Exception {
        var written = new CountDownLatch(1);
        standIn.behaves((_, _) -> {
            archive();
            written.countDown();
            standIn.waitForEver();
        });

        assertThat(pods.make(number(), Duration.ofMillis(500)))
                .isInstanceOfSatisfying(
                        Made.Refused.class, no -> assertThat(no.why()).isEqualTo(FailureCode.LIMIT_SPENT));
        written.await();
        archives.tidy();

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void anArchiveThatIsNotHereIsSaidToBeMissing() throws Exception {
        standIn.behaves((_, to) -> say(
                to,
                200,
                "{\"items\":[\"/var/lib/kubelet/checkpoints/checkpoint-pi-0_lab-count-2026-01-01T00:00:00Z.tar\"]}"));

        assertThat(pods.make(number(), AMPLE)).isInstanceOfSatisfying(Made.Refused.class, no -> {
            assertThat(no.why()).isEqualTo(FailureCode.ARCHIVE_UNREADABLE);
            assertThat(no.detail()).contains("mounted");
        });
    }

    @Test
    void whatKeepsTheKubeletFromCheckpointingIsToldOfEveryPodBeforeAnyNotice() throws Exception {
        standIn.behaves((_, to) -> say(to, 404, "404 page not found\n"));
        pods.probe();
        Preflight older = pods.preflight();
        assertThat(older.lacks())
                .singleElement()
                .satisfies(lack -> assertThat(lack.found()).startsWith("kubelet-gate-off: "));
        assertThat(older.blocking(PI))
                .singleElement()
                .satisfies(each -> assertThat(each.obstacle()).isEqualTo(Obstacle.KUBELET));

        standIn.behaves((_, to) -> say(to, 404, "pod does not exist"));
        pods.probe();
        assertThat(pods.preflight().lacks()).isEmpty();
        assertThat(failed).as("counted").containsExactly("kubelet-gate-off");
    }

    @Test
    void whereOnlyPodCheckpointsAreLeftItIsSaidThatTheyCannotBeRead() throws Exception {
        podCheckpoints = Optional.of("node.k8s.io/v1alpha1");
        standIn.behaves((_, to) -> say(to, 404, "404 page not found\n"));
        pods.probe();

        assertThat(failed).containsExactly("kubelet-gate-off", "pod-checkpoint-unreadable");
        assertThat(pods.preflight().blocking(PI))
                .singleElement()
                .satisfies(each -> assertThat(each.toString())
                        .contains("kubelet-gate-off: ")
                        .contains("pod-checkpoint-unreadable: node.k8s.io/v1alpha1 is served"));
    }

    /// It may be that somebody switched them on for something else.
    @Test
    void podCheckpointsChangeNothingWhereTheKubeletDoesAsItIsTold() throws Exception {
        podCheckpoints = Optional.of("checkpoint.k8s.io/v1alpha1");
        standIn.behaves((_, to) -> say(to, 404, "pod does not exist"));
        pods.probe();
        assertThat(failed).isEmpty();

        standIn.behaves((_, to) -> say(to, 403, "Forbidden"));
        pods.probe();
        assertThat(failed).containsExactly("kubelet-forbidden");
    }

    private long number() {
        return pods.find(PI).orElseThrow().pid();
    }

    /// As the kubelet names it, and asks the runtime to write it.
    private String archive() throws IOException {
        String name = "checkpoint-pi-0_lab-count-" + Instant.now().truncatedTo(ChronoUnit.SECONDS) + ".tar";
        Files.write(folder.resolve(name), new byte[] {1});
        return name;
    }

    private String uid() {
        return client.pods()
                .inNamespace("lab")
                .withName("pi-0")
                .get()
                .getMetadata()
                .getUid();
    }

    private void create(String container) {
        Pod pod = new PodBuilder()
                .withNewMetadata()
                .withNamespace("lab")
                .withName("pi-0")
                .withLabels(Map.of("lifeboat.dev/protect", "true"))
                .withAnnotations(Map.of("lifeboat.dev/container", "count"))
                .addNewOwnerReference()
                .withKind("StatefulSet")
                .withName("pi")
                .withUid("o-1")
                .withController(true)
                .endOwnerReference()
                .endMetadata()
                .withNewSpec()
                .withNodeName(StandInKubelet.NODE)
                .addNewContainer()
                .withName("log")
                .endContainer()
                .addNewContainer()
                .withName("count")
                .withImage("count@sha256:1")
                .withNewLivenessProbe()
                .withNewTcpSocket()
                .withNewPort(80)
                .endTcpSocket()
                .withPeriodSeconds(5)
                .withFailureThreshold(4)
                .withTimeoutSeconds(2)
                .endLivenessProbe()
                .endContainer()
                .endSpec()
                .withNewStatus()
                .addNewContainerStatus()
                .withName("count")
                .withContainerID("containerd://" + container)
                .withImageID("sha256:1")
                .endContainerStatus()
                .endStatus()
                .build();
        client.pods().inNamespace("lab").resource(pod).create();
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("it never was so").isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
