package dev.lifeboat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.InetAddress;
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
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Two Deployments', a StatefulSet's and a Job's pod, each counting in memory, the StatefulSet's onto a
/// disk that is attached to one node at a time, flee from node to node and go on where they were: real
/// kubelets, a real API server, CRIU, `lifeboat-runc`. Each test is a leg of one flight, in order, for
/// a cloud's two minutes pass but once; each fails when a counter starts again. A drain, and Lifeboat
/// as the chart's pods, are [InstalledOnCluster]'s.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class EvacuationOnCluster {
    private static final String FIRST = "spot-a";
    private static final String SECOND = "spot-b";
    private static final String THIRD = "spot-c";
    private static final String LAST = "spot-d";
    private static final String SAVE_BEGUN = "report SaveStarted";
    private static final String WORKLOADS = "src/test/resources/cluster/evacuated.yaml";
    private static final String SPOKEN = "src/test/resources/cluster/spoken.yaml";
    private static final String REFUSED = "src/test/resources/cluster/refused.yaml";
    private static final List<String> APPS = List.of("deployed", "stateful", "once", "spoken");

    /// What EC2 gives.
    private static final Duration NOTICE = Duration.ofMinutes(2);

    /// What the workloads' probes bear.
    private static final Duration BORNE = Duration.ofSeconds(7);

    /// A save stores twice, one after the other.
    private static final Duration STORED = Duration.ofSeconds(4);

    private static final KubernetesClient CLIENT = ControlPlane.client();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Path folder;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Nodes nodes;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Disks disks;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Crew crew;

    @RegisterExtension
    static final Aftermath AFTERMATH = new Aftermath(() -> crew.said());

    /// How far each was when it last was about to leave a node.
    private static final Map<String, Long> BEFORE = new HashMap<>();

    /// When the first node is gone.
    private static Instant deadline = Instant.MAX;

    @BeforeAll
    static void start() throws Exception {
        nodes = Nodes.start(FIRST, SECOND);
        disks = Disks.start(nodes, folder, CLIENT);
        disks.join(FIRST, SECOND);
        kubectl("cordon", SECOND);
        // Agents look when they start, and then twice a minute.
        kubectl("apply", "-f", REFUSED);
        crew = Crew.muster(nodes, folder, FIRST, SECOND);
        kubectl("apply", "-f", WORKLOADS, "-f", SPOKEN);
        crew.startListener(FIRST);
        for (String app : APPS) {
            new Counter(CLIENT, app).await(50);
        }
        kubectl("uncordon", SECOND);
    }

    @AfterAll
    static void stop() throws Exception {
        // Whatever fails: first the nodes, so that no other pod's own time to end is waited for.
        try (var _ = CLIENT;
                var _ = crew;
                var _ = disks;
                var _ = nodes) {
            Disks.release("stateful");
            kubectl("delete", "--ignore-not-found", "--wait=false", "-f", WORKLOADS, "-f", SPOKEN, "-f", REFUSED);
            kubectl("delete", "pods", "--all", "-n", "default", "--force", "--grace-period=0");
        }
    }

    @Test
    @Order(1)
    void whatNoCheckpointTakesAlongIsNamedBeforeAnyNotice() {
        Map.of(
                        "two", "containers:",
                        "shared", "node-volume: [files (other writes to it, too), other (pid ",
                        "holding", "node-volume: [files]",
                        "bulky", "node-volume: [files is too large",
                        "pinned", "node-volume: [pinned]",
                        "alone", "no-owner:")
                .forEach((app, obstacle) -> Crew.await(
                        app + " is named",
                        () -> crew.said("orchestrator")
                                .lines()
                                .anyMatch(line -> line.contains("cannot be saved")
                                        && line.contains("workload=default/" + app)
                                        && line.contains(obstacle))));
        // Elsewhere they would only be in the way.
        assertThat(crew.said("agent-" + FIRST)).doesNotContain(SAVE_BEGUN);
    }

    /// Their kubelets ask each second whether they live, and the store is slow.
    @Test
    @Order(2)
    void whatASpotNoticeDoomsGoesOnElsewhereHoweverLongItStandsStill() throws Exception {
        leaving(FIRST);
        crew.weir().slow(InetAddress.ofLiteral(nodes.address(FIRST)), STORED);

        deadline = announce();

        goElsewhereBy(deadline, FIRST);
        goOn(FIRST);
        assertThat(frozen(FIRST)).hasSizeGreaterThanOrEqualTo(APPS.size()).allMatch(each -> each.compareTo(BORNE) > 0);
    }

    /// What is saved stands still until the API server has heard that its pod is gone; nothing runs twice meanwhile.
    @Test
    @Order(3)
    void anApiServerThatIsAwayInTheMiddleIsWaitedFor() throws Exception {
        open(THIRD);
        leaving(SECOND);

        Instant gone = doom(SECOND);
        String agent = "agent-" + SECOND;
        crew.awaitLog(agent, SAVE_BEGUN);
        ControlPlane.fallSilent();
        try {
            crew.awaitLog(agent, "report Captured");
            Crew.await("the API server is asked again", () -> crew.said(agent).contains("is asked again"));
        } finally {
            ControlPlane.answerAgain();
        }

        goElsewhereBy(gone, SECOND);
        goOn(SECOND);
    }

    /// As what drains a node by deleting its pods does, Karpenter for one.
    @Test
    @Order(4)
    void podsThatSomebodyDeletesWhileTheyAreSavedGoOnElsewhere() throws Exception {
        open(LAST);
        leaving(THIRD);

        Instant gone = doom(THIRD);
        crew.awaitLog("agent-" + THIRD, SAVE_BEGUN);
        kubectl("delete", "pods", "-l", "app in (" + String.join(", ", APPS) + ")", "--wait=false");

        goElsewhereBy(gone, THIRD);
        goOn(THIRD);
    }

    @Test
    @Order(5)
    void theFirstNodeIsKilledAtItsDeadlineAndNobodyMissesIt() throws Exception {
        Crew.await("the deadline", () -> Instant.now().isAfter(deadline));
        nodes.powerOff(FIRST);
        // As the cloud's controller does for a machine that is gone.
        kubectl("delete", "node", FIRST);

        goOn(FIRST);
    }

    /// The only one that takes anything in: all others are doomed by then.
    private static void open(String node) throws Exception {
        nodes.add(node);
        disks.join(node);
        crew.join(node);
    }

    /// All of them are there.
    private static void leaving(String node) throws Exception {
        for (String app : APPS) {
            var counter = new Counter(CLIENT, app);
            assertThat(counter.node()).as(app).isEqualTo(node);
            BEFORE.put(app, counter.await(1));
        }
    }

    /// How long each stood still that was saved there.
    private static List<Duration> frozen(String node) {
        return Pattern.compile(" dump pid=.* frozen=(\\S+)")
                .matcher(crew.said("agent-" + node))
                .results()
                .map(dump -> Duration.parse(dump.group(1)))
                .toList();
    }

    private static void goElsewhereBy(Instant gone, String from) {
        for (String app : APPS) {
            Crew.await(app + " is somewhere else", () -> !nodeOf(app).equals(from));
        }
        assertThat(Instant.now()).as("saved and restored by the deadline").isBefore(gone);
    }

    private static void goOn(String from) throws Exception {
        for (String app : APPS) {
            new Counter(CLIENT, app).wentOn(from, Objects.requireNonNull(BEFORE.get(app)));
        }
        new Counter(CLIENT, "deployed").hasBesideIt("early", "before", "after");
        disks.broughtTo(nodeOf("stateful"), "stateful");
    }

    private static String nodeOf(String app) {
        try {
            return new Counter(CLIENT, app).node();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /// By the first node's metadata service and its own listener.
    ///
    /// @return when the node will be gone
    private static Instant announce() throws Exception {
        Instant gone = gone();
        var request = HttpRequest.newBuilder(
                        URI.create("http://" + nodes.address(FIRST) + ":1338/latest/meta-data/spot/instance-action"))
                .PUT(HttpRequest.BodyPublishers.ofString("{\"action\":\"terminate\",\"time\":\"" + gone + "\"}"))
                .build();
        try (var http = HttpClient.newHttpClient()) {
            assertThat(http.send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isLessThan(300);
        }
        return gone;
    }

    /// As another listener would say it.
    private static Instant doom(String node) {
        Instant gone = gone();
        crew.say(new Notice.Preemption(
                NoticeId.of("suite", node), new NodeName(node), "suite", Instant.now(), gone, Action.TERMINATE));
        return gone;
    }

    private static Instant gone() {
        return Instant.now().plus(NOTICE).truncatedTo(ChronoUnit.SECONDS);
    }

    private static void kubectl(String... arguments) throws Exception {
        ControlPlane.run("kubectl", arguments).well();
    }
}
