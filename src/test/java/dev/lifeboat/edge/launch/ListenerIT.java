package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Provided;
import dev.lifeboat.edge.kafka.AgentLink;
import dev.lifeboat.edge.kafka.Brokers;
import dev.lifeboat.edge.kafka.KafkaUnderTest;
import dev.lifeboat.edge.kafka.RunningOrchestrator;
import dev.lifeboat.edge.kafka.Topics;
import dev.lifeboat.edge.source.ec2.MotoServer;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.SetAsideReason;
import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.Reclaim;
import dev.lifeboat.orchestrator.Observer;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;
import software.amazon.awssdk.services.sqs.SqsClient;

/// `lifeboat listener` as a process with every source on, against moto's SQS and EC2, metadata services and fabric8's
/// API server, through a real Kafka to an orchestrator.
final class ListenerIT {
    private static final Topics TOPICS = new Topics(2);
    private static final String TAG = "kubernetes.io/cluster/test";
    private static final Set<String> SOURCES = Set.of("ec2-imds", "ec2-sqs", "gce", "azure", "kubernetes");

    private final Set<String> orders = new ConcurrentSkipListSet<>();
    private final KubernetesMockServer cluster = new KubernetesMockServer(
            new Context(), new MockWebServer(), new HashMap<>(), new KubernetesCrudDispatcher(), false);
    private final ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor();

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Stage stage;

    @SuppressWarnings("NullAway.Init") // set by each test
    private ListenerProcess listener;

    /// Everything around the listener.
    private record Stage(
            KafkaUnderTest kafka,
            RunningOrchestrator orchestrator,
            MotoServer moto,
            MetadataServices metadata,
            KubernetesClient kubernetes,
            Ec2Client ec2,
            SqsClient sqs,
            Instance instance,
            String queue,
            AgentLink agent) {
        NodeName node() {
            return new NodeName(instance.privateDnsName());
        }
    }

    @BeforeEach
    void set() throws Exception {
        Provided.runner();
        System.out.println("==== API SERVER UNDER TEST: fabric8's, in memory ====");
        var kafka = KafkaUnderTest.start();
        TOPICS.create(Brokers.plain(kafka.bootstrap()));
        var moto = MotoServer.start();
        var ec2 = moto.ec2();
        var sqs = moto.sqs();
        Instance instance = launch(ec2, TAG);
        cluster.init();
        var node = new NodeName(instance.privateDnsName());
        stage = new Stage(
                kafka,
                RunningOrchestrator.start(kafka.bootstrap(), TOPICS, Observer.NONE),
                moto,
                new MetadataServices(),
                cluster.createClient(),
                ec2,
                sqs,
                instance,
                sqs.createQueue(request -> request.queueName("notices")).queueUrl(),
                agent(kafka.bootstrap(), node));
        stage.kubernetes.resource(node(List.of())).create();
    }

    @AfterEach
    void strike() throws Exception {
        heart.shutdownNow();
        if (stage != null) {
            stage.agent.close();
            stage.orchestrator.close();
            stage.kubernetes.close();
            cluster.destroy();
            stage.metadata.close();
            stage.ec2.close();
            stage.sqs.close();
            stage.moto.close();
            stage.kafka.close();
        }
    }

    @Test
    void oneReclaimSeenByFiveSourcesIsOneEffectEvenAfterARestart() throws Exception {
        listener = listener();
        rehearsed();
        canaryComesBack();
        Instant gone = sayEverywhere();
        listener.until("all sources were heard", () -> heard().equals(SOURCES));
        listener.until("a save was ordered", () -> !orders.isEmpty());
        strangersAreSetAside();
        listener.close();

        listener = listener();
        canaryComesBack();

        List<JournalEvent> journal = stage.orchestrator.journal();
        assertThat(journal)
                .filteredOn(MigrationEvent.MigrationBegun.class::isInstance)
                .hasSize(1);
        assertThat(accepted()).as("a restart says nothing anew").hasSize(SOURCES.size());
        assertThat(orders).as("one save, however often it is owed").hasSize(1);
        assertThat(reclaim().closesAt())
                .hasValueSatisfying(earliest -> assertThat(earliest).isEqualTo(gone));
        listener.close();
    }

    /// @return the earliest deadline that any of them names
    private Instant sayEverywhere() {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Instant earliest = now.plusSeconds(300);
        stage.metadata.say(
                "/latest/meta-data/spot/instance-action",
                "{\"action\":\"terminate\",\"time\":\"" + now.plusSeconds(900) + "\"}");
        stage.metadata.say("/metadata/scheduledevents", """
                {"DocumentIncarnation":2,"Events":[{"EventId":"A1","EventType":"Preempt","ResourceType":"VirtualMachine",
                 "Resources":["vm-0"],"EventStatus":"Scheduled","NotBefore":"%s","Description":"Spot",
                 "EventSource":"Platform","DurationInSeconds":-1}]}
                """.formatted(
                        DateTimeFormatter.RFC_1123_DATE_TIME.format(earliest.atOffset(ZoneOffset.UTC))));
        stage.metadata.say("/computeMetadata/v1/instance/preempted", "TRUE");
        spotWarning(stage.instance.instanceId(), now.plusSeconds(480));
        stage.kubernetes.resource(node(List.of("karpenter.sh/disrupted"))).update();
        return earliest;
    }

    private void strangersAreSetAside() throws Exception {
        spotWarning(launch(stage.ec2, "kubernetes.io/cluster/other").instanceId(), Instant.now());
        listener.until(
                "the stranger's instance is counted",
                () -> listener.get("/q/metrics")
                        .contains("lifeboat_notices_total{outcome=\"foreign\",source=\"ec2-sqs\"} 1.0"));

        assertThat(notice(
                        "drain",
                        "nobody-knows-me",
                        "--http",
                        listener.endpoint().toString()))
                .isZero();
        listener.until(
                "the unknown node is set aside",
                () -> stage.orchestrator.journal().stream()
                        .anyMatch(event -> event instanceof JournalEvent.NoticeSetAside aside
                                && aside.reason() == SetAsideReason.UNKNOWN_NODE));
    }

    /// The way of the first notice was gone before there was one.
    private void rehearsed() throws Exception {
        String canaries = "lifeboat_notices_total{outcome=\"accepted\",source=\"rehearsal\"} 3.0";
        listener.until("it has rehearsed", () -> listener.get("/q/metrics").contains(canaries));
    }

    private void canaryComesBack() throws Exception {
        listener.awaitUp();
        assertThat(notice(
                        "--canary",
                        stage.node().value(),
                        "--wait",
                        "--patience",
                        "150",
                        "--http",
                        listener.endpoint().toString()))
                .isZero();
    }

    private int notice(String... args) {
        var out = new StringWriter();
        var all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--kafka", stage.kafka.bootstrap()));
        int code = new CommandLine(new NoticeCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute(all.toArray(String[]::new));
        System.out.println("ListenerIT: " + out);
        return code;
    }

    private ListenerProcess listener() throws Exception {
        sources();
        return new ListenerProcess(
                folder,
                stage.node().value(),
                stage.kafka.bootstrap(),
                Map.of(
                        "AWS_ACCESS_KEY_ID", "test",
                        "AWS_SECRET_ACCESS_KEY", "test",
                        "AWS_ENDPOINT_URL_EC2", stage.moto.endpoint().toString(),
                        "KUBECONFIG", folder.resolve("none").toString(),
                        "KUBERNETES_MASTER", stage.kubernetes.getMasterUrl().toString()));
    }

    private void sources() throws IOException {
        String metadata = stage.metadata.endpoint().toString();
        source("ec2-imds", metadata, "cadence:\n  instance-action: PT0.15S");
        source("azure", metadata, "cadence:\n  events: PT1S");
        source("gce", metadata, "window: PT10M\nhang: PT1M");
        source("ec2-sqs", stage.queue, "region: eu-central-1\ncluster-tag: " + TAG);
        source("kubernetes", "in-cluster", "");
        source("manual", "/v1/notices", "");
    }

    private void source(String name, String endpoint, String more) throws IOException {
        ListenerProcess.source(folder, name, endpoint, more);
    }

    private void spotWarning(String instance, Instant at) {
        stage.sqs.sendMessage(
                request -> request.queueUrl(stage.queue).messageBody("""
                {"version":"0","id":"1","detail-type":"EC2 Spot Instance Interruption Warning","source":"aws.ec2",
                 "account":"123456789012","time":"%s","region":"eu-central-1",
                 "resources":["arn:aws:ec2:eu-central-1a:instance/%s"],
                 "detail":{"instance-id":"%s","instance-action":"terminate"}}
                """.formatted(at, instance, instance)));
    }

    private static Instance launch(Ec2Client ec2, String tag) {
        return ec2.runInstances(request -> request.imageId("ami-12c6146b")
                        .instanceType("m5.large")
                        .minCount(1)
                        .maxCount(1)
                        .tagSpecifications(TagSpecification.builder()
                                .resourceType(ResourceType.INSTANCE)
                                .tags(Tag.builder().key(tag).value("owned").build())
                                .build()))
                .instances()
                .getFirst();
    }

    /// Answers canaries and runs one workload, as far as anybody can tell.
    private AgentLink agent(String bootstrap, NodeName node) {
        var said = new CompletableFuture<AgentLink>();
        var link = AgentLink.open(Brokers.plain(bootstrap), TOPICS, node, new AgentLink.Ear() {
            @Override
            public void on(Order order) {
                switch (order) {
                    case Order.Echo echo ->
                        said.join()
                                .send(new Report.Echoed(
                                        node, Instant.now(), echo.canary(), echo.saidAt(), echo.decidedAt()));
                    case Order.OfMigration of -> orders.add(of.key());
                }
            }

            @Override
            public void on(Notice notice) {}

            @Override
            public void on(StandingOrders standing) {}

            @Override
            public void unreadable(String reason) {}
        });
        said.complete(link);
        var workload = new Workload(
                WorkloadId.parse("lab/pi"),
                "Process",
                "class",
                Map.of(),
                new Footprint(ByteCount.ZERO, ByteCount.ZERO, 1));
        var _ = heart.scheduleAtFixedRate(
                () -> link.send(
                        new Report.Heartbeat(node, Instant.now(), List.of(workload), new ByteRate(0), true, null)),
                0,
                1,
                TimeUnit.SECONDS);
        return link;
    }

    private Node node(List<String> taints) {
        var node = new NodeBuilder()
                .withNewMetadata()
                .withName(stage.node().value())
                .withUid("u-1")
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .withNewStatus()
                .endStatus();
        for (String taint : taints) {
            node.editSpec()
                    .addNewTaint()
                    .withKey(taint)
                    .withEffect("NoSchedule")
                    .endTaint()
                    .endSpec();
        }
        return node.build();
    }

    private List<Notice> accepted() {
        return stage.orchestrator.journal().stream()
                .filter(JournalEvent.NoticeAccepted.class::isInstance)
                .map(event -> ((JournalEvent.NoticeAccepted) event).notice())
                .filter(notice -> notice.node().equals(stage.node()))
                .toList();
    }

    private Set<String> heard() {
        return accepted().stream().map(Notice::source).collect(Collectors.toSet());
    }

    private Reclaim reclaim() {
        List<Notice> all = accepted();
        var reclaim = Reclaim.of(all.getFirst());
        for (Notice notice : all) {
            reclaim = reclaim.with(notice);
        }
        return reclaim;
    }
}
