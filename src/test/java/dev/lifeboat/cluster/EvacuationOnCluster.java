package dev.lifeboat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A Deployment's, a StatefulSet's and a Job's pod, each counting in memory, leave their node and go on elsewhere where
/// they were: two kubelets, a real API server, CRIU, `lifeboat-runc`. Each fails when a counter starts again. A drain,
/// and
/// Lifeboat as the chart's pods, are [InstalledOnCluster]'s.
final class EvacuationOnCluster {
    private static final String HOME = "spot-a";
    private static final String OTHER = "spot-b";
    private static final String AGENT = "agent-" + HOME;
    private static final String SAVE_BEGUN = "report SaveStarted";
    private static final List<String> APPS = List.of("deployed", "stateful", "once");

    /// What EC2 gives.
    private static final Duration NOTICE = Duration.ofMinutes(2);

    private final KubernetesClient client = ControlPlane.client();
    private final Map<String, Long> before = new HashMap<>();

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Nodes nodes;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Crew crew;

    @BeforeEach
    void start() throws Exception {
        nodes = Nodes.start(HOME, OTHER);
        crew = Crew.muster(nodes, folder, HOME, OTHER);
        kubectl("cordon", OTHER);
        kubectl("apply", "-f", "src/test/resources/cluster/evacuated.yaml");
        for (String app : APPS) {
            new Counter(client, app).await(1);
        }
        kubectl("uncordon", OTHER);
        for (String app : APPS) {
            assertThat(new Counter(client, app).node()).isEqualTo(HOME);
            before.put(app, new Counter(client, app).await(50));
        }
    }

    @AfterEach
    void stop() throws Exception {
        // First the nodes: no pod's own time to end is waited for.
        nodes.close();
        crew.close();
        kubectl("delete", "--ignore-not-found", "--wait=false", "-f", "src/test/resources/cluster/evacuated.yaml");
        kubectl("delete", "pods", "--all", "-n", "default", "--force", "--grace-period=0");
        client.close();
    }

    @Test
    void whatASpotNoticeDoomsGoesOnElsewhereAndItsNodeIsKilledAtTheDeadline() throws Exception {
        crew.startListener(HOME);

        Instant deadline = announce();
        goElsewhereBy(deadline);
        Crew.await("the deadline", () -> Instant.now().isAfter(deadline));
        nodes.powerOff(HOME);
        // As the cloud's controller does for a machine that is gone.
        kubectl("delete", "node", HOME);

        goOn();
    }

    /// What is saved stands still until the API server has heard that its pod is gone; nothing runs twice meanwhile.
    @Test
    void anApiServerThatIsAwayInTheMiddleIsWaitedFor() throws Exception {
        crew.startListener(HOME);

        Instant deadline = announce();
        crew.awaitLog(AGENT, SAVE_BEGUN);
        ControlPlane.fallSilent();
        try {
            crew.awaitLog(AGENT, "report Captured");
            Crew.await("the API server is asked again", () -> crew.said(AGENT).contains("is asked again"));
        } finally {
            ControlPlane.answerAgain();
        }

        goElsewhereBy(deadline);
        goOn();
    }

    /// As what drains a node by deleting its pods does, Karpenter for one.
    @Test
    void podsThatSomebodyDeletesWhileTheyAreSavedGoOnElsewhere() throws Exception {
        crew.startListener(HOME);

        Instant deadline = announce();
        crew.awaitLog(AGENT, SAVE_BEGUN);
        kubectl("delete", "pods", "-l", "lifeboat.dev/protect=true", "--wait=false");

        goElsewhereBy(deadline);
        goOn();
    }

    private void goElsewhereBy(Instant deadline) {
        for (String app : APPS) {
            Crew.await(app + " is somewhere else", () -> nodeOf(app).equals(OTHER));
        }
        assertThat(Instant.now()).as("saved and restored by the deadline").isBefore(deadline);
    }

    private void goOn() throws Exception {
        for (String app : APPS) {
            long earlier = before.getOrDefault(app, 0L);
            new Counter(client, app).wentOn(HOME, earlier);
        }
    }

    private String nodeOf(String app) {
        try {
            return new Counter(client, app).node();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /// @return when the node will be gone
    private Instant announce() throws Exception {
        Instant deadline = Instant.now().plus(NOTICE).truncatedTo(ChronoUnit.SECONDS);
        var request = HttpRequest.newBuilder(
                        URI.create("http://" + nodes.address(HOME) + ":1338/latest/meta-data/spot/instance-action"))
                .PUT(HttpRequest.BodyPublishers.ofString("{\"action\":\"terminate\",\"time\":\"" + deadline + "\"}"))
                .build();
        try (var http = HttpClient.newHttpClient()) {
            assertThat(http.send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isLessThan(300);
        }
        return deadline;
    }

    private static void kubectl(String... arguments) throws Exception {
        ControlPlane.run("kubectl", arguments).well();
    }
}
