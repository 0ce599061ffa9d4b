package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.kubernetes.NodePods;
import dev.lifeboat.edge.kubernetes.VolumePlaces;
import dev.lifeboat.workload.WorkloadId;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Through a real watch on fabric8's API server, and the folder that an agent shares with the runtime's wrapper.
final class StrandedPodsTest {
    private static final String NODE = "spot-1";
    private static final String RESTORE = "r-00000000-1111-2222-3333-444444444444";
    private static final WorkloadId PI = new WorkloadId("lab", "pi-0");

    private final OneNodesCluster server = new OneNodesCluster();

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init") // set before each test
    private NodePods cluster;

    @SuppressWarnings("NullAway.Init") // set before each test
    private PodsHere here;

    @BeforeEach
    void open() {
        server.client().pods().inNamespace("lab").resource(sentHere().build()).create();
        cluster = new NodePods(server.client(), NODE);
        here = new PodsHere(cluster, new VolumePlaces(server.client()), settings());
    }

    @AfterEach
    void close() {
        cluster.close();
        server.close();
    }

    @Test
    void whatADeadAgentHadSentHereIsReplacedWhenItIsSeenTwice() {
        here.replaceStranded();
        assertThat(isThere()).as("its wrapper may be about to say that it runs").isTrue();
        here.replaceStranded();
        here.tellWhatIsOwed();
        assertThat(isThere()).isFalse();
    }

    @Test
    void whatRanOnceIsItsKubelets() throws Exception {
        Files.createFile(folder.resolve(RESTORE + ".done"));
        here.replaceStranded();
        here.replaceStranded();
        here.tellWhatIsOwed();
        assertThat(isThere()).isTrue();
    }

    @Test
    void aProbeThatNobodyElseCanAnswerBoundsHowLongItStandsStill() {
        assertThat(here.bears(PI))
                .as("2 more periods, a timeout, and the grace")
                .isEqualTo(Duration.ofSeconds(26));
        assertThat(here.bears(new WorkloadId("lab", "other"))).isNull();
    }

    private boolean isThere() {
        return server.client().pods().inNamespace("lab").withName("pi-0").get() != null;
    }

    private static PodBuilder sentHere() {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("lab")
                .withName("pi-0")
                .withUid("u-1")
                .withLabels(Map.of("lifeboat.dev/protect", "true"))
                .withAnnotations(Map.of("lifeboat.dev/restore", RESTORE, "lifeboat.dev/gate", "ask"))
                .endMetadata()
                .withNewSpec()
                .withNodeName(NODE)
                .withTerminationGracePeriodSeconds(5L)
                .addNewContainer()
                .withName("count")
                .withNewLivenessProbe()
                .withNewTcpSocket()
                .withHost("127.0.0.1")
                .withNewPort(80)
                .endTcpSocket()
                .withPeriodSeconds(10)
                .withFailureThreshold(3)
                .withTimeoutSeconds(1)
                .endLivenessProbe()
                .endContainer()
                .endSpec()
                .withNewStatus()
                .withPhase("Pending")
                .endStatus();
    }

    private AgentSettings.Pods settings() {
        return new AgentSettings.Pods() {
            @Override
            public boolean enabled() {
                return true;
            }

            @Override
            public Path runtimeState() {
                return folder;
            }

            @Override
            public Path restores() {
                return folder;
            }

            @Override
            public int volumesMebibytes() {
                return 1;
            }
        };
    }
}
