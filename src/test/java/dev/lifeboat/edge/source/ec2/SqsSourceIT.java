package dev.lifeboat.edge.source.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.listener.CountingTally;
import dev.lifeboat.listener.DeadLetter;
import dev.lifeboat.listener.Holds;
import dev.lifeboat.listener.Listener;
import dev.lifeboat.listener.MemoryDeadLetterLog;
import dev.lifeboat.listener.MemoryNoticeLog;
import dev.lifeboat.listener.MemorySpool;
import dev.lifeboat.listener.ScriptedEvacuations;
import dev.lifeboat.listener.Trust;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.Rejection;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/// Against moto's SQS and EC2.
final class SqsSourceIT {
    private static final String TAG = "kubernetes.io/cluster/test";
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final StaticCredentialsProvider ANYBODY =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static MotoServer moto;

    private final MemoryNoticeLog log = new MemoryNoticeLog();
    private final MemoryDeadLetterLog deadLetters = new MemoryDeadLetterLog();
    private final CountingTally tally = new CountingTally();
    private final MemorySpool spool = new MemorySpool(1);
    private final Listener listener = new Listener(log, deadLetters, spool, tally, InstantSource.fixed(NOW));
    private final SqsClient sqs = sqs(moto.endpoint());
    private final Ec2Client ec2 = Ec2Client.builder()
            .endpointOverride(moto.endpoint())
            .region(Region.EU_CENTRAL_1)
            .credentialsProvider(ANYBODY)
            .build();
    /// No hook is sent here.
    private final AutoScalingClient scaling = AutoScalingClient.builder()
            .region(Region.EU_CENTRAL_1)
            .credentialsProvider(ANYBODY)
            .build();

    private final Ec2Nodes nodes = new Ec2Nodes(ec2, TAG, InstantSource.system());

    @SuppressWarnings("NullAway.Init") // set before each test
    private String queue;

    @BeforeAll
    static void start() throws Exception {
        moto = MotoServer.start();
    }

    @AfterAll
    static void stop() {
        moto.close();
    }

    @BeforeEach
    void makeQueue() {
        queue = sqs.createQueue(request -> request.queueName("notices-" + UUID.randomUUID())
                        // What is not deleted comes again at once.
                        .attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "0")))
                .queueUrl();
    }

    @AfterEach
    void close() {
        sqs.close();
        ec2.close();
        scaling.close();
    }

    @Test
    void aWarningForOurInstanceIsLoggedAndThenDeleted() {
        Instance ours = launch(TAG);
        send(spotWarning(ours.instanceId()));

        assertThat(source(sqs).look()).isEqualTo(1);
        assertThat(log.appended()).singleElement().isInstanceOfSatisfying(Notice.Preemption.class, preemption -> {
            assertThat(preemption.node().value()).isEqualTo(ours.privateDnsName());
            assertThat(preemption.closesAt()).isEqualTo(NOW.plusSeconds(120));
        });
        assertThat(waiting()).isZero();
    }

    @Test
    void aStrangersInstanceIsDeletedAndCounted() {
        Instance stranger = launch("kubernetes.io/cluster/other");
        send(spotWarning(stranger.instanceId()));

        assertThat(source(sqs).look()).isEqualTo(1);
        assertThat(log.appended()).isEmpty();
        assertThat(tally.count("ec2-sqs FOREIGN")).isEqualTo(1);
        assertThat(waiting()).isZero();
    }

    @Test
    void aPoisonousMessageIsBuriedAndTheNextIsRead() {
        Instance ours = launch(TAG);
        send("{\"detail-type\":");
        send(spotWarning(ours.instanceId()));
        var source = source(sqs);
        while (source.look() > 0) {
            assertThat(deadLetters.appended()).hasSizeLessThanOrEqualTo(1);
        }

        assertThat(deadLetters.appended()).extracting(DeadLetter::reason).containsExactly(Rejection.NOT_JSON);
        assertThat(log.appended()).hasSize(1);
        assertThat(waiting()).isZero();
    }

    @Test
    void whatTheLogDoesNotConfirmStaysInTheQueue() {
        Instance ours = launch(TAG);
        send(spotWarning(ours.instanceId()));
        log.cutOff();
        var source = source(sqs);

        assertThat(source.look()).isZero();
        assertThat(waiting()).isEqualTo(1);
        assertThat(spool.waiting()).hasSize(1);

        log.reconnect();
        listener.catchUp();
        assertThat(source.look()).isEqualTo(1);
        assertThat(log.appended()).hasSize(1);
        assertThat(waiting()).isZero();
    }

    @Test
    void aQueueThatDoesNotAnswerIsAnOutage() {
        try (var nowhere = sqs(URI.create("http://127.0.0.1:1"))) {
            assertThat(source(nowhere).look()).isZero();
        }
        assertThat(tally.count("ec2-sqs silent")).isEqualTo(1);
        assertThat(tally.count("ec2-sqs heard")).isZero();
    }

    @Test
    void anInstanceIsDeadOnceEc2SaysSoAndNotBefore() {
        Instance ours = launch(TAG);
        assertThat(nodes.isDead(ours.instanceId())).isFalse();
        assertThat(nodes.isDead("i-00000000000000000"))
                .as("not listed proves nothing")
                .isFalse();

        NodeName name = nodes.named(ours.instanceId()).orElseThrow();
        assertThat(nodes.ended(name)).isFalse();

        ec2.terminateInstances(request -> request.instanceIds(ours.instanceId()));
        assertThat(nodes.isDead(ours.instanceId())).isTrue();
        assertThat(nodes.ended(name)).isTrue();
        assertThat(nodes.ended(new NodeName("stranger"))).isFalse();
    }

    @Test
    void anInstanceIsKnownByWhatEc2Says() {
        Instance ours = launch(TAG);

        assertThat(nodes.node(ours.instanceId())).hasValueSatisfying(node -> {
            assertThat(node.providerId())
                    .isEqualTo("aws:///" + ours.placement().availabilityZone() + '/' + ours.instanceId());
            assertThat(node.type()).isEqualTo("m5.large");
            assertThat(node.lifecycle()).isEqualTo(Ec2Nodes.Lifecycle.ON_DEMAND);
        });
    }

    private SqsSource source(SqsClient client) {
        var clock = InstantSource.fixed(NOW);
        var holds = new Holds(new ScriptedEvacuations(), Duration.ofMinutes(1), tally, clock);
        return new SqsSource(new Queue(client, queue, 0), nodes, scaling, holds, Trust.FULL, listener, tally, clock);
    }

    private static SqsClient sqs(URI endpoint) {
        return SqsClient.builder()
                .endpointOverride(endpoint)
                .region(Region.EU_CENTRAL_1)
                .credentialsProvider(ANYBODY)
                .build();
    }

    private Instance launch(String tag) {
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

    private void send(String body) {
        sqs.sendMessage(request -> request.queueUrl(queue).messageBody(body));
    }

    private int waiting() {
        List<QueueAttributeName> names = List.of(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES);
        String count = sqs.getQueueAttributes(request -> request.queueUrl(queue).attributeNames(names))
                .attributes()
                .getOrDefault(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES, "-1");
        return Integer.parseInt(count);
    }

    private static String spotWarning(String instance) {
        return """
                {"version":"0","id":"1","detail-type":"EC2 Spot Instance Interruption Warning","source":"aws.ec2",
                 "account":"123456789012","time":"2026-01-01T00:00:00Z","region":"eu-central-1",
                 "resources":["arn:aws:ec2:eu-central-1a:instance/%s"],
                 "detail":{"instance-id":"%s","instance-action":"terminate"}}
                """.formatted(instance, instance);
    }
}
