package dev.lifeboat.edge.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.listener.CountingTally;
import dev.lifeboat.listener.Listener;
import dev.lifeboat.listener.Memory;
import dev.lifeboat.listener.MemoryDeadLetterLog;
import dev.lifeboat.listener.MemorySpool;
import dev.lifeboat.listener.NoticeLog;
import dev.lifeboat.listener.Trust;
import dev.lifeboat.listener.Watch;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.notice.Reclaim;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Against fabric8's API server in memory, through a real watch.
final class NodeWatcherTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    /// After the server made an object, which it dates by its own clock.
    private static final Instant SINCE_THEN = Instant.parse("2100-01-01T00:00:00Z");

    private static final NodeName NODE = new NodeName("node-a");

    private final LinkedBlockingQueue<Notice> said = new LinkedBlockingQueue<>();
    private final NoticeLog log = said::addAll;
    private final KubernetesMockServer server = new KubernetesMockServer(
            new Context(), new MockWebServer(), new HashMap<>(), new KubernetesCrudDispatcher(), false);
    private final CountingTally tally = new CountingTally();

    @SuppressWarnings("NullAway.Init") // set before each test
    private KubernetesClient client;

    @SuppressWarnings("NullAway.Init") // set before each test
    private NodeWatcher watcher;

    @BeforeEach
    void start() {
        server.init();
        client = server.createClient();
        watcher = watcher(Memory.NONE);
    }

    private NodeWatcher watcher(Memory memory) {
        var listener =
                new Listener(log, new MemoryDeadLetterLog(), new MemorySpool(9), tally, InstantSource.fixed(NOW));
        return new NodeWatcher(client, Trust.FULL, memory, listener, tally, InstantSource.fixed(NOW));
    }

    @AfterEach
    void stop() {
        watcher.close();
        client.close();
        server.destroy();
    }

    @ParameterizedTest
    @EnumSource(DrainSignal.class)
    void eachSignalIsHeardAndTakenBack(DrainSignal signal) throws Exception {
        client.resource(Signalling.carrying(signal)).create();
        Notice notice = next();
        assertThat(notice.node().value()).isEqualTo("node-a");
        assertThat(kind(notice)).isEqualTo(signal.effect().name());
        if (notice instanceof Notice.Drain drain) {
            assertThat(drain.grace()).isEqualTo(signal.grace().minusSeconds(10));
        }

        client.resource(Signalling.quiet()).update();
        assertThat(next())
                .isInstanceOfSatisfying(
                        Notice.Withdrawal.class,
                        withdrawal -> assertThat(withdrawal.withdrawn()).isEqualTo(notice.id()));
    }

    @Test
    void aNodeWithoutSignalsSaysNothing() throws Exception {
        client.resource(Signalling.quiet()).create();
        client.resource(Signalling.carrying(DrainSignal.CORDON)).update();

        assertThat(next()).isInstanceOf(Notice.Advisory.class);
    }

    @Test
    void karpentersOwnDeadlineCountsAndCanBeShortened() throws Exception {
        client.resource(Signalling.karpenter("2026-01-01T00:05:00Z")).create();
        assertThat(next())
                .isInstanceOfSatisfying(
                        Notice.Drain.class, drain -> assertThat(drain.grace()).isEqualTo(Duration.ofMinutes(5)));

        client.resource(Signalling.karpenter("2026-01-01T00:02:00Z")).update();
        assertThat(List.of(next(), next()))
                .hasAtLeastOneElementOfType(Notice.Withdrawal.class)
                .filteredOn(Notice.Drain.class::isInstance)
                .singleElement()
                .isInstanceOfSatisfying(
                        Notice.Drain.class, drain -> assertThat(drain.grace()).isEqualTo(Duration.ofMinutes(2)));
    }

    @Test
    void aDeadlineThatCannotBeReadDoesNotHideTheDrain() throws Exception {
        client.resource(Signalling.karpenter("tomorrow")).create();

        assertThat(next()).isInstanceOf(Notice.Drain.class);
    }

    @ParameterizedTest
    @EnumSource(PodDisruption.class)
    void anEndedPodSpeaksForItsNode(PodDisruption disruption) throws Exception {
        client.resource(Signalling.cordoned()).create();
        assertThat(next()).isInstanceOf(Notice.Advisory.class);
        client.resource(Signalling.ended(disruption)).create();
        client.resource(Signalling.carrying(DrainSignal.SPOT_INTERRUPTION)).update();

        switch (disruption.meaning()) {
            // Pods and nodes are watched apart: what is said of the node may come first.
            case DRAIN, DRAIN_IF_CORDONED -> awaits(Notice.Drain.class);
            case ADVISORY -> awaits(Notice.Advisory.class);
            case NOTHING ->
                assertThat(spoken(1)).doesNotHaveAnyElementsOfTypes(Notice.Drain.class, Notice.Advisory.class);
        }
    }

    @Test
    void whatWentWhileNobodyWatchedIsTakenBackAndWhatStandsIsNot() throws Exception {
        client.resource(Signalling.carrying(DrainSignal.KARPENTER)).create();
        Notice standing = next();
        watcher.close();
        var gone = new Notice.Preemption(
                NoticeId.of("gone"), NODE, "kubernetes", SINCE_THEN, SINCE_THEN.plusSeconds(120), Action.TERMINATE);

        watcher = watcher((_, _) -> Optional.of(List.of(gone, standing)));
        assertThat(spoken(2))
                .filteredOn(Notice.Withdrawal.class::isInstance)
                .singleElement()
                .satisfies(withdrawal ->
                        assertThat(((Notice.Withdrawal) withdrawal).withdrawn()).isEqualTo(gone.id()));
    }

    @Test
    void aLogThatIsNotReadYetIsAskedAgain() throws Exception {
        var drain = new Notice.Drain(NoticeId.of("gone"), NODE, "kubernetes", SINCE_THEN, Duration.ofHours(1));
        var answers = new AtomicInteger();
        watcher.close();
        client.resource(Signalling.quiet()).create();
        watcher = watcher((_, _) -> answers.incrementAndGet() < 2 ? Optional.empty() : Optional.of(List.of(drain)));

        assertThat(next()).isInstanceOf(Notice.Withdrawal.class);
        assertThat(answers).hasValue(2);
    }

    /// Who sets a taint need not say when.
    @Test
    void aTaintWithoutItsTimeThatIsAddedAgainHasItsWholeGrace() {
        Node node = Signalling.quiet()
                .edit()
                .editSpec()
                .addNewTaint()
                .withKey(DrainSignal.AUTOSCALER.key())
                .withEffect("NoSchedule")
                .endTaint()
                .endSpec()
                .build();
        Notice first = NodeSignals.standing(node, NOW).getFirst();
        Instant later = NOW.plus(Duration.ofHours(1));
        Notice again = NodeSignals.standing(node, later).getFirst();

        assertThat(again.id()).isEqualTo(first.id());
        assertThat(Reclaim.of(first)
                        .with(Watch.withdrawal(first, NOW.plusSeconds(30)))
                        .with(again)
                        .closesAt())
                .contains(later.plus(DrainSignal.AUTOSCALER.grace()));
    }

    /// An evicted pod may have told of the drain, and pods go.
    @Test
    void aDrainWhoseTimeIsNotOverStandsWhileTheNodeTakesNoPods() {
        var open =
                new Notice.Drain(NoticeId.of("open"), NODE, "kubernetes", NOW.minusSeconds(60), Duration.ofMinutes(2));
        var over =
                new Notice.Drain(NoticeId.of("over"), NODE, "kubernetes", NOW.minusSeconds(60), Duration.ofMinutes(1));
        var advisory = new Notice.Advisory(NoticeId.of("a"), NODE, "kubernetes", NOW.minusSeconds(60));
        List<Notice> said = List.of(open, over, advisory);

        assertThat(NodeSignals.expected(Signalling.quiet(), said, NOW)).isEqualTo(said);
        assertThat(NodeSignals.expected(Signalling.cordoned(), said, NOW)).containsExactly(over, advisory);
    }

    @Test
    void whatWasSaidBeforeTheNodesObjectWasMadeIsOfAnotherMachine() {
        var old = new Notice.Death(NoticeId.of("old"), NODE, "kubernetes", NOW.minusSeconds(60));
        Node made = Signalling.quiet()
                .edit()
                .editMetadata()
                .withCreationTimestamp("2025-12-31T23:59:30Z")
                .endMetadata()
                .build();

        assertThat(NodeSignals.expected(made, List.of(old), NOW)).isEmpty();
    }

    @Test
    void aNodesMachineIsKnownByItsProviderId() throws Exception {
        client.resource(Signalling.carrying(DrainSignal.CORDON)
                        .edit()
                        .editSpec()
                        .withProviderID("gce://p/z/node-a")
                        .endSpec()
                        .build())
                .create();
        next();

        assertThat(watcher.providerId(NODE)).contains("gce://p/z/node-a");
        assertThat(watcher.providerId(new NodeName("node-b"))).isEmpty();
    }

    /// Whoever said it: orchestrators say what evictions tell them.
    @Test
    void aNodeThatTakesPodsAgainIsNotDrainedAnyMore() throws Exception {
        var drain = new Notice.Drain(NoticeId.of("eviction"), NODE, "kubernetes", SINCE_THEN, Duration.ofHours(1));
        var log = new ArrayList<Notice>();
        watcher.close();
        watcher = watcher((_, _) -> Optional.of(List.copyOf(log)));
        client.resource(Signalling.cordoned()).create();
        assertThat(next()).isInstanceOf(Notice.Advisory.class);
        log.add(drain);

        client.resource(Signalling.quiet()).update();

        assertThat(spoken(2))
                .filteredOn(Notice.Withdrawal.class::isInstance)
                .extracting(withdrawal -> ((Notice.Withdrawal) withdrawal).withdrawn())
                .contains(drain.id());
    }

    /// The API server says when the field was set; without that word all drains of a node are one.
    @Test
    void eachCordonIsADrainOfItsOwn() {
        assertThat(NodeSignals.drain(Signalling.quiet())).isEmpty();
        assertThat(NodeSignals.drain(null)).isEmpty();
        assertThat(NodeSignals.drain(cordoned("2026-01-01T00:00:00Z")))
                .isPresent()
                .isEqualTo(NodeSignals.drain(cordoned("2026-01-01T00:00:00Z")))
                .isNotEqualTo(NodeSignals.drain(cordoned("2026-01-01T00:00:01Z")))
                .isNotEqualTo(NodeSignals.drain(Signalling.cordoned()));
    }

    private static Node cordoned(String at) {
        return Signalling.cordoned()
                .edit()
                .editMetadata()
                .addNewManagedField()
                .withTime(at)
                .withNewFieldsV1()
                .addToAdditionalProperties("f:spec", Map.of("f:unschedulable", Map.of()))
                .endFieldsV1()
                .endManagedField()
                .endMetadata()
                .build();
    }

    /// A server drops the time from a pod that is made with one, so this is asked of the object.
    @Test
    void aTaintedPodTellsItsNeighboursLastMomentUnlessItIsGivenLessThanItsOwnGrace() {
        Pod tainted = Signalling.ended(PodDisruption.TAINT);
        Pod hurried = tainted.edit()
                .editMetadata()
                .withDeletionGracePeriodSeconds(1L)
                .endMetadata()
                .editSpec()
                .withTerminationGracePeriodSeconds(30L)
                .endSpec()
                .build();

        assertThat(left(tainted)).isEqualTo(Duration.ofSeconds(30));
        assertThat(left(hurried)).isEqualTo(DrainSignal.DRAIN.grace());
    }

    /// Its neighbours' time was up with it: who waited for its turn to be saved was let go.
    @Test
    void anEvictedPodsLastMomentIsItsOwn() {
        assertThat(left(Signalling.ended(PodDisruption.EVICTION))).isEqualTo(DrainSignal.DRAIN.grace());
    }

    private static Duration left(Pod pod) {
        return NodeSignals.standing(pod, true, NOW)
                .map(Notice.Drain.class::cast)
                .map(Notice.Drain::grace)
                .orElseThrow();
    }

    @Test
    void anEvictionOnANodeThatIsNotCordonedIsOnePodsAffair() throws Exception {
        client.resource(Signalling.quiet()).create();
        client.resource(Signalling.ended(PodDisruption.EVICTION)).create();

        assertThat(next()).isInstanceOf(Notice.Advisory.class);
    }

    /// The API server goes away; while it is gone a taint comes and another goes.
    @Test
    void whatHappenedWhileTheWatchWasLostIsHeardOnceItIsBack() throws Exception {
        client.resource(Signalling.carrying(DrainSignal.KARPENTER)).create();
        Notice drain = next();
        int port = server.getPort();
        server.shutdown();
        var restarted = new KubernetesMockServer(
                new Context(), new MockWebServer(), new HashMap<>(), new KubernetesCrudDispatcher(), false);
        restarted.init(java.net.InetAddress.getLoopbackAddress(), port);
        try (var other = restarted.createClient()) {
            other.resource(Signalling.carrying(DrainSignal.SPOT_INTERRUPTION)).create();

            assertThat(spoken(2))
                    .hasAtLeastOneElementOfType(Notice.Preemption.class)
                    .filteredOn(Notice.Withdrawal.class::isInstance)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Notice.Withdrawal.class,
                            withdrawal -> assertThat(withdrawal.withdrawn()).isEqualTo(drain.id()));
        } finally {
            restarted.destroy();
        }
    }

    private List<Notice> spoken(int count) throws InterruptedException {
        var all = new ArrayList<Notice>();
        while (all.size() < count) {
            all.add(next());
        }
        return all;
    }

    /// Whatever else is said before it.
    private void awaits(Class<? extends Notice> kind) throws InterruptedException {
        Notice notice = next();
        while (!kind.isInstance(notice)) {
            notice = next();
        }
    }

    private Notice next() throws InterruptedException {
        return Objects.requireNonNull(said.poll(120, TimeUnit.SECONDS), "nothing was said within 120 s");
    }

    private static String kind(Notice notice) {
        return switch (notice) {
            case Notice.Preemption _ -> "PREEMPTION";
            case Notice.Drain _ -> "DRAIN";
            case Notice.Advisory _ -> "ADVISORY";
            case Notice.Death _ -> "DEATH";
            case Notice.Withdrawal _ -> "WITHDRAWAL";
            case Notice.Canary _ -> "CANARY";
        };
    }
}
