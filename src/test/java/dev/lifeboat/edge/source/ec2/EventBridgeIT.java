package dev.lifeboat.edge.source.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.Drawn;
import dev.lifeboat.edge.source.Sample;
import dev.lifeboat.listener.CountingTally;
import dev.lifeboat.listener.Holds;
import dev.lifeboat.listener.Listener;
import dev.lifeboat.listener.MemoryDeadLetterLog;
import dev.lifeboat.listener.MemoryNoticeLog;
import dev.lifeboat.listener.MemorySpool;
import dev.lifeboat.listener.Reading;
import dev.lifeboat.listener.ScriptedEvacuations;
import dev.lifeboat.listener.Trust;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.Target;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/// The way that events take in an account: a bus, a rule, a queue. Against moto's EventBridge and SQS.
final class EventBridgeIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /// Samples that the rule of `rule.json` is there to keep out of the queue.
    private static final List<String> RULED_OUT =
            List.of("EC2 Instance-launch Lifecycle Action", "an event that we do not know");

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static MotoServer moto;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static EventBridgeClient bridge;

    /// Takes no heartbeat, so that a hook's grace is the sample's.
    @SuppressWarnings("NullAway.Init") // set before all tests
    private static AutoScalingServer group;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static AutoScalingClient scaling;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static MotoQueue queue;

    private final MemoryNoticeLog log = new MemoryNoticeLog();
    private final MemoryDeadLetterLog deadLetters = new MemoryDeadLetterLog();
    private final CountingTally tally = new CountingTally();

    @BeforeAll
    static void start() throws Exception {
        moto = MotoServer.start();
        queue = MotoQueue.in(moto);
        bridge = EventBridgeClient.builder()
                .endpointOverride(moto.endpoint())
                .region(MotoServer.REGION)
                .credentialsProvider(MotoServer.ANYBODY)
                .build();
        group = new AutoScalingServer();
        scaling = AutoScalingClient.builder()
                .endpointOverride(group.endpoint())
                .region(MotoServer.REGION)
                .credentialsProvider(MotoServer.ANYBODY)
                .build();
        String arn = queue.sqs()
                .getQueueAttributes(
                        request -> request.queueUrl(queue.url()).attributeNames(QueueAttributeName.QUEUE_ARN))
                .attributes()
                .get(QueueAttributeName.QUEUE_ARN);
        String pattern = Files.readString(Drawn.top().resolve("eviction-listeners/ec2-sqs/rule.json"));
        bridge.putRule(request -> request.name("lifeboat").eventPattern(pattern));
        Target target = Target.builder().id("queue").arn(arn).build();
        bridge.putTargets(request -> request.rule("lifeboat").targets(target));
    }

    @AfterAll
    static void stop() {
        bridge.close();
        scaling.close();
        group.close();
        queue.close();
        moto.close();
    }

    static List<Sample> events() throws IOException {
        var events = new ArrayList<Sample>();
        for (Sample sample : Sample.all()) {
            if (sample.source().equals(Ec2Events.SOURCE)
                    && body(sample).path("detail").isObject()) {
                events.add(sample);
            }
        }
        return events;
    }

    @ParameterizedTest
    @MethodSource("events")
    void anEventHasTheSameEffectByWayOfTheBus(Sample event) throws Exception {
        Instant now = event.letter().receivedAt();
        put(body(event));
        var listener = new Listener(log, deadLetters, new MemorySpool(9), tally, InstantSource.fixed(now));
        var holds = new Holds(new ScriptedEvacuations(), Duration.ofMinutes(1), tally, InstantSource.fixed(now));
        var source = new SqsSource(
                queue.queue(), Sample.NODES, scaling, holds, Trust.FULL, listener, tally, InstantSource.fixed(now));

        // What the rule does not let through cannot have an effect; all else has the sample's.
        boolean through = RULED_OUT.stream().noneMatch(event.event()::equals);
        boolean kept = event.event().contains("Instance-terminate");
        assertThat(source.look()).isEqualTo(through && !kept ? 1 : 0);
        assertThat(effects()).containsExactlyInAnyOrderElementsOf(through ? event.expected() : List.of());
    }

    private List<String> effects() {
        var effects = new ArrayList<String>();
        log.appended().forEach(notice -> effects.add(Sample.words(new Reading.Understood(notice))));
        deadLetters.appended().forEach(letter -> effects.add("unreadable " + letter.reason()));
        effects.addAll(Collections.nCopies(tally.count("ec2-sqs FOREIGN"), "foreign"));
        effects.addAll(Collections.nCopies(tally.count("ec2-sqs QUIET"), "quiet"));
        return effects;
    }

    private static void put(JsonNode body) {
        String kind = body.has("detail-type") ? "detail-type" : "detail_type";
        var entry = PutEventsRequestEntry.builder()
                .source(body.get("source").textValue())
                .detailType(body.get(kind).textValue())
                .time(Instant.parse(body.get("time").textValue()))
                .detail(body.get("detail").toString())
                .build();
        bridge.putEvents(request -> request.entries(entry));
    }

    private static JsonNode body(Sample sample) throws IOException {
        return MAPPER.readTree(sample.letter().body().bytes());
    }
}
