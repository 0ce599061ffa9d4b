package dev.lifeboat.edge.kubernetes.picture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.cluster.ControlPlane;
import dev.lifeboat.cluster.OrchestratorRights;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.SaveFailure;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.workload.WorkloadId;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What orchestrators journal, as a real API server shows it; with the rights of the chart's service account, and no
/// others.
final class PictureOnCluster {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String NAMESPACE = "shop";
    private static final NodeName A = new NodeName("ip-10-1-2-3");
    private static final NodeName B = new NodeName("ip-10-1-7-9");
    private static final WorkloadId REDIS = WorkloadId.parse(NAMESPACE + "/cart-redis-0");

    /// As fast as this API server lets us be; an orchestrator is slower by default.
    private static final int FAST = 200;

    private final AtomicInteger written = new AtomicInteger();
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    @SuppressWarnings("NullAway.Init") // set before each test
    private OrchestratorRights rights;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Cut way;

    @SuppressWarnings("NullAway.Init") // set before each test
    private KubernetesClient client;

    @SuppressWarnings("NullAway.Init") // set before each test
    private ClusterPicture picture;

    @BeforeEach
    void start() throws Exception {
        ControlPlane.define();
        kubectl("create", "namespace", NAMESPACE);
        rights = OrchestratorRights.grant("lifeboat-picture");
        Config config = rights.config();
        way = new Cut(URI.create(config.getMasterUrl()).getPort());
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(config)
                        .withMasterUrl("https://127.0.0.1:" + way.port())
                        .withRequestRetryBackoffLimit(0)
                        .withRequestTimeout(5_000)
                        .withWatchReconnectInterval(200)
                        .withWatchReconnectLimit(-1)
                        .build())
                .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("count", new Counted(written)))
                .build();
        picture = newPicture(FAST);
        picture.took(Set.of(0), List.of());
    }

    @AfterEach
    void stop() throws Exception {
        picture.close();
        client.close();
        way.close();
        rights.close();
        // One request for all of a kind: by name hundreds take half a minute.
        for (String kind : List.of("evacuations", "checkpoints")) {
            kubectl("delete", "--raw", "/apis/lifeboat.dev/v1alpha1/namespaces/" + NAMESPACE + "/" + kind);
        }
        // No kubelet is there to end them.
        kubectl("delete", "pods", "--all", "-n", NAMESPACE, "--force", "--grace-period=0");
        kubectl("delete", "nnotice", "--all");
    }

    @Test
    void kubectlPrintsEachEvacuationOnALine() throws Exception {
        Story saved = story(A, REDIS)
                .noticed()
                .begun()
                .streaming()
                .frozen()
                .stored()
                .placed(B)
                .resumed(B);
        Story under = story(A, WorkloadId.parse(NAMESPACE + "/web-7d4b9-x2x"))
                .begun()
                .streaming()
                .progressed(40);
        Story failed =
                story(A, WorkloadId.parse(NAMESPACE + "/batch-etl-77")).begun().streaming();
        failed.then(new MigrationEvent.SaveFailed(
                failed.id(), failed.now(), SaveFailure.DUMP_FAILED, "io_uring is in use", true));
        settle();

        String printed = kubectl("get", "evac", "-n", NAMESPACE);
        System.out.println(printed);
        System.out.println(kubectl("get", "evac", "-n", NAMESPACE, "-o", "wide"));
        System.out.println(kubectl("get", "nnotice"));
        System.out.println(kubectl("get", "ckpt", "-n", NAMESPACE));
        assertThat(printed.lines())
                .anyMatch(line -> line.matches("NAME +WORKLOAD +TRIGGER +RUNG +STATE +LEFT +DONE% +FROM +TO +AGE"))
                .anyMatch(
                        line -> line.matches(
                                saved.id()
                                        + " +shop/cart-redis-0 +SpotInterruption +live +Resumed +116s +100 +ip-10-1-2-3 +ip-10-1-7-9 +.*"))
                .anyMatch(line -> line.matches(under.id()
                        + " +shop/web-7d4b9-x2x +SpotInterruption +live +Streaming +[0-9]+s +40 +ip-10-1-2-3 .*"))
                .anyMatch(line -> line.matches(failed.id() + " .* +Thawed .*"));
        assertThat(kubectl("get", "nnotice").lines())
                .anyMatch(line -> line.matches(".* ip-10-1-2-3 +Preemption +ec2-imds +20[^ ]+Z +3 +1 +0 +.*"));
        assertThat(kubectl("get", "ckpt", "-n", NAMESPACE).lines())
                .last()
                .asString()
                .matches(".*-1 +shop/cart-redis-0 +ip-10-1-2-3 +256.0Mi +91.0Mi +0.812s +False +.*");
        JsonNode object = get(saved.evacuation());
        assertThat(object.at("/status/observedGeneration").asInt()).isOne();
        assertThat(object.at("/status/conditions")).hasSize(2);
        assertThat(object.at("/metadata/managedFields").findValuesAsText("manager"))
                .containsOnly("lifeboat");
    }

    @Test
    void whatSomebodyEditsOrDeletesIsPutBack() throws Exception {
        Story story = story(A, REDIS).noticed().begun().streaming().frozen().stored();
        settle();
        String before = get(story.evacuation()).at("/status").toString();

        String name = story.id().value();
        kubectl("patch", "evac", name, "-n", NAMESPACE, "--type=merge", "-p", """
                {"spec": {"from": "elsewhere"}}""");
        kubectl("patch", "evac", name, "-n", NAMESPACE, "--subresource=status", "--type=merge", "-p", """
                {"status": {"state": "Lost", "to": "nowhere"}}""");
        kubectl("delete", "ckpt", story.checkpoint().name(), "-n", NAMESPACE);
        ControlPlane.awaitThat(
                () -> get(story.evacuation()).at("/spec/from").asText().equals("ip-10-1-2-3"));
        ControlPlane.awaitThat(() -> !get(story.evacuation()).at("/status").has("to"));
        ControlPlane.awaitThat(() ->
                ControlPlane.run("kubectl", "get", "ckpt", story.checkpoint().name(), "-n", NAMESPACE)
                                .code()
                        == 0);
        ControlPlane.awaitThat(() -> get(story.evacuation())
                .at("/status")
                .toString()
                .replaceAll("(observedGeneration\":)\\d+", "$11")
                .equals(before));
    }

    @Test
    void anApiServerThatWasAwayShowsTheNewestStateAfterwards() throws Exception {
        Story story = story(A, REDIS).noticed().begun().streaming();
        settle();
        way.cut();
        long asked = System.nanoTime();
        story.frozen().stored().placed(B).resumed(B);
        assertThat(Duration.ofNanos(System.nanoTime() - asked))
                .as("who decides waits for nobody")
                .isLessThan(Duration.ofMinutes(1));
        ControlPlane.awaitThat(() -> picture.behind() > 0);
        way.mend();

        ControlPlane.awaitThat(
                () -> get(story.evacuation()).at("/status/state").asText().equals("Resumed"));
        ControlPlane.awaitThat(() ->
                ControlPlane.run("kubectl", "get", "ckpt", story.checkpoint().name(), "-n", NAMESPACE)
                                .code()
                        == 0);
    }

    @Test
    void anotherOrchestratorGoesOnFromTheJournalAndRemovesWhatIsNotInIt() throws Exception {
        Story story = story(A, REDIS).noticed().begun().streaming();
        Story stray =
                story(B, WorkloadId.parse(NAMESPACE + "/stray-0")).noticed().begun();
        settle();
        picture.close();

        var later = new ArrayList<JournalEvent>(story.journal());
        later.add(new MigrationEvent.WorkloadFrozen(story.id(), story.now()));
        picture = newPicture(FAST);
        later.forEach(picture::replayed);
        picture.took(Set.of(0), List.of());

        ControlPlane.awaitThat(
                () -> get(story.evacuation()).at("/status/state").asText().equals("Frozen"));
        ControlPlane.awaitThat(
                () -> ControlPlane.run("kubectl", "get", "evac", stray.id().value(), "-n", NAMESPACE)
                                .code()
                        != 0);
    }

    /// How many requests a thousand of them cost is `ClusterPictureTest`'s to count.
    @Test
    void aHundredEvacuationsCostTwoWritesForEachObject() throws Exception {
        int hundred = 100;
        for (int i = 0; i < hundred; i++) {
            Story story = story(new NodeName("load-" + i / 20), WorkloadId.parse(NAMESPACE + "/load-" + i));
            (i % 20 == 0 ? story.noticed() : story)
                    .begun()
                    .streaming()
                    .frozen()
                    .stored()
                    .placed(B)
                    .resumed(B);
        }
        settle();

        int objects = 2 * hundred + hundred / 20;
        // Those that were under way when they were written first are written once more.
        assertThat(written.get()).isBetween(2 * objects, 2 * objects + objects / 2);
        assertThat(get(story(new NodeName("load-4"), WorkloadId.parse(NAMESPACE + "/load-99"))
                                .evacuation())
                        .at("/status/state")
                        .asText())
                .isEqualTo("Resumed");
    }

    @Test
    void aNamespaceThatIsNotThereHoldsNobodyUp() throws Exception {
        story(A, WorkloadId.parse("nowhere/lost-0")).noticed().begun();
        Story story = story(A, REDIS).begun();
        settle();
        assertThat(get(story.evacuation()).at("/status/state").asText()).isEqualTo("Waiting");
    }

    @Test
    void eventsAreToldOnThePodItsOwnerItsNodeAndTheEvacuation() throws Exception {
        ControlPlane.apply("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: cart-redis-0
                  namespace: shop
                  ownerReferences:
                    - {apiVersion: apps/v1, kind: StatefulSet, name: cart-redis, uid: 6d1c2a3e-0000-4000-8000-000000000001, controller: true}
                spec:
                  nodeName: nobody-there
                  containers: [{name: redis, image: redis}]
                """);
        Story story = story(A, REDIS).noticed().begun().streaming();
        settle();
        ControlPlane.awaitThat(() -> events().contains("Evacuation/" + story.id()));
        for (int i = 0; i < 3; i++) {
            story.then(new MigrationEvent.SaveFailed(
                    story.id(), story.now(), SaveFailure.STORE_STALLED, "no answer", true));
            story.then(new MigrationEvent.SaveRetried(story.id(), story.now(), i + 2));
            story.streaming();
        }
        ControlPlane.awaitThat(
                () -> events().lines().anyMatch(line -> line.matches("SaveFailed StatefulSet/cart-redis .*")));
        String told = events();
        System.out.println(told);
        assertThat(told.lines())
                .anyMatch(line -> line.startsWith("NoticeAccepted Node/ip-10-1-2-3 Warning"))
                .anyMatch(line -> line.startsWith("EvacuationBegun Pod/cart-redis-0 Normal"))
                .anyMatch(line -> line.startsWith("EvacuationBegun StatefulSet/cart-redis Normal"))
                .anyMatch(line -> line.startsWith("EvacuationBegun Evacuation/" + story.id() + " Normal"));
        ControlPlane.awaitThat(
                () -> events().lines().anyMatch(line -> line.matches("SaveFailed Pod/cart-redis-0 Warning x3 .*")));
        assertThat(kubectl("describe", "evac", story.id().value(), "-n", NAMESPACE))
                .contains("EvacuationBegun");
    }

    private ClusterPicture newPicture(int perSecond) {
        return new ClusterPicture(
                client,
                InstantSource.system(),
                new ClusterPicture.Setting(Duration.ofDays(1), perSecond, _ -> 0, _ -> {}));
    }

    private Story story(NodeName from, WorkloadId workload) {
        return new Story(picture, from, workload, now);
    }

    private void settle() throws Exception {
        ControlPlane.awaitThat(() -> picture.behind() == 0);
        // The last one that was taken may be on its way.
        ControlPlane.run("kubectl", "get", "--raw", "/readyz");
    }

    private static JsonNode get(Name name) throws Exception {
        return JSON.readTree(kubectl(
                "get", name.kind().name(), name.name(), "-n", NAMESPACE, "--show-managed-fields", "-o", "json"));
    }

    private static String events() throws Exception {
        JsonNode list = JSON.readTree(kubectl("get", "events.events.k8s.io", "-A", "-o", "json"));
        var lines = new StringBuilder();
        for (JsonNode each : list.at("/items")) {
            if (each.at("/reportingController").asText().startsWith("lifeboat")) {
                lines.append("%s %s/%s %s x%d %s\n"
                        .formatted(
                                each.at("/reason").asText(),
                                each.at("/regarding/kind").asText(),
                                each.at("/regarding/name").asText(),
                                each.at("/type").asText(),
                                each.at("/series/count").asInt(1),
                                each.at("/note").asText()));
            }
        }
        return lines.toString();
    }

    private static String kubectl(String... arguments) throws Exception {
        return ControlPlane.run("kubectl", arguments).words();
    }

    /// Counts what changes anything of ours.
    private record Counted(AtomicInteger written) implements Interceptor {
        @Override
        public void before(
                io.fabric8.kubernetes.client.http.BasicBuilder builder, HttpRequest request, RequestTags tags) {
            if (!request.method().equals("GET") && request.uri().getPath().contains("/lifeboat.dev/")) {
                written.incrementAndGet();
            }
        }
    }
}
