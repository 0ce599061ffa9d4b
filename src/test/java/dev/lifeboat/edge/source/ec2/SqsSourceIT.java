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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.Message;

/// Against moto's SQS and EC2.
final class SqsSourceIT {
    private static final String TAG = "kubernetes.io/cluster/test";
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static MotoServer moto;

    private final MemoryNoticeLog log = new MemoryNoticeLog();
    private final MemoryDeadLetterLog deadLetters = new MemoryDeadLetterLog();
    private final CountingTally tally = new CountingTally();
    private final MemorySpool spool = new MemorySpool(1);
    private final Listener listener = new Listener(log, deadLetters, spool, tally, InstantSource.fixed(NOW));
    private final MotoQueue queue = MotoQueue.thatHidesNothing(moto);
    private final Ec2Client ec2 = moto.ec2();

    /// No hook is sent here.
    private final AutoScalingClient scaling = AutoScalingClient.builder()
            .region(MotoServer.REGION)
            .credentialsProvider(MotoServer.ANYBODY)
            .build();

    private final Ec2Nodes nodes = new Ec2Nodes(ec2, TAG, InstantSource.system());

    @BeforeAll
    static void start() throws Exception {
        moto = MotoServer.start();
    }

    @AfterAll
    static void stop() {
        moto.close();
    }

    @AfterEach
    void close() {
        queue.close();
        ec2.close();
        scaling.close();
    }

    @Test
    void aWarningForOurInstanceIsLoggedAndThenDeleted() {
        Instance ours = launch(TAG);
        queue.send(spotWarning(ours.instanceId()));

        assertThat(source(queue.queue()).look()).isEqualTo(1);
        assertThat(log.appended()).singleElement().isInstanceOfSatisfying(Notice.Preemption.class, preemption -> {
            assertThat(preemption.node().value()).isEqualTo(ours.privateDnsName());
            assertThat(preemption.closesAt()).isEqualTo(NOW.plusSeconds(120));
        });
        assertThat(queue.visible()).isZero();
    }

    @Test
    void aStrangersInstanceIsDeletedAndCounted() {
        Instance stranger = launch("kubernetes.io/cluster/other");
        queue.send(spotWarning(stranger.instanceId()));

        assertThat(source(queue.queue()).look()).isEqualTo(1);
        assertThat(log.appended()).isEmpty();
        assertThat(tally.count("ec2-sqs FOREIGN")).isEqualTo(1);
        assertThat(queue.visible()).isZero();
    }

    @Test
    void aPoisonousMessageIsBuriedAndTheNextIsRead() {
        Instance ours = launch(TAG);
        queue.send("{\"detail-type\":");
        queue.send(spotWarning(ours.instanceId()));
        var source = source(queue.queue());
        while (source.look() > 0) {
            assertThat(deadLetters.appended()).hasSizeLessThanOrEqualTo(1);
        }

        assertThat(deadLetters.appended()).extracting(DeadLetter::reason).containsExactly(Rejection.NOT_JSON);
        assertThat(log.appended()).hasSize(1);
        assertThat(queue.visible()).isZero();
    }

    @Test
    void whatTheLogDoesNotConfirmStaysInTheQueue() {
        Instance ours = launch(TAG);
        queue.send(spotWarning(ours.instanceId()));
        log.cutOff();
        var source = source(queue.queue());

        assertThat(source.look()).isZero();
        assertThat(queue.visible()).isEqualTo(1);
        assertThat(spool.waiting()).hasSize(1);

        log.reconnect();
        listener.catchUp();
        assertThat(source.look()).isEqualTo(1);
        assertThat(log.appended()).hasSize(1);
        assertThat(queue.visible()).isZero();
    }

    @Test
    void tenAreReceivedAtATimeAndDeletedTogetherOnceAllAreInTheLog() {
        var logged = new ArrayList<Integer>();
        var deleted = new ArrayList<Integer>();
        try (var crowded = MotoQueue.in(moto);
                var watched = moto.sqs(request -> {
                    if (request instanceof DeleteMessageBatchRequest batch) {
                        logged.add(log.appended().size());
                        deleted.add(batch.entries().size());
                    }
                })) {
            launch(TAG, 12).forEach(ours -> crowded.send(spotWarning(ours.instanceId())));

            assertThat(source(new Queue(watched, crowded.url(), 0)).look()).isEqualTo(10);
            assertThat(crowded.messages()).isEqualTo(2);
        }
        assertThat(deleted).as("by one request").containsExactly(10);
        assertThat(logged).as("before it").containsExactly(10);
    }

    /// SQS refuses some of a batch and deletes the rest; what is left comes again, and is known.
    @Test
    void whatTheQueueRefusesToDeleteComesAgainAsADuplicate() {
        queue.send(spotWarning(launch(TAG).instanceId()));
        queue.send(spotWarning(launch(TAG).instanceId()));
        List<Message> both = new ArrayList<>();
        while (both.size() < 2) {
            for (Message message : queue.queue().receive()) {
                if (both.stream().noneMatch(one -> one.messageId().equals(message.messageId()))) {
                    both.add(message);
                }
            }
        }
        Message refused = both.getFirst().toBuilder().receiptHandle("of nobody").build();
        queue.queue().delete(List.of(refused, both.getLast()));
        assertThat(queue.visible()).isEqualTo(1);

        var source = source(queue.queue());
        assertThat(source.look()).isEqualTo(1);
        assertThat(log.appended()).hasSize(1);
        queue.send(both.getFirst().body());
        assertThat(source.look()).isEqualTo(1);
        assertThat(log.appended()).hasSize(1);
        assertThat(tally.count("ec2-sqs DUPLICATE")).isEqualTo(1);
        assertThat(queue.visible()).isZero();
    }

    @Test
    void aQueueThatDoesNotAnswerIsAnOutage() {
        var nobody = URI.create("http://127.0.0.1:1");
        try (var nowhere = SqsClient.builder()
                .endpointOverride(nobody)
                .region(MotoServer.REGION)
                .credentialsProvider(MotoServer.ANYBODY)
                .build()) {
            assertThat(source(new Queue(nowhere, queue.url(), 0)).look()).isZero();
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

    private SqsSource source(Queue from) {
        var clock = InstantSource.fixed(NOW);
        var holds = new Holds(new ScriptedEvacuations(), Duration.ofMinutes(1), tally, clock);
        return new SqsSource(from, nodes, scaling, holds, Trust.FULL, listener, tally, clock);
    }

    private Instance launch(String tag) {
        return launch(tag, 1).getFirst();
    }

    private List<Instance> launch(String tag, int count) {
        return ec2.runInstances(request -> request.imageId("ami-12c6146b")
                        .instanceType("m5.large")
                        .minCount(count)
                        .maxCount(count)
                        .tagSpecifications(TagSpecification.builder()
                                .resourceType(ResourceType.INSTANCE)
                                .tags(Tag.builder().key(tag).value("owned").build())
                                .build()))
                .instances();
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
