package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.source.SourceSettings;
import dev.lifeboat.edge.source.azure.AzureNotices;
import dev.lifeboat.edge.source.ec2.ImdsNotices;
import dev.lifeboat.edge.source.ec2.ImdsPath;
import dev.lifeboat.edge.source.gce.GceKey;
import dev.lifeboat.edge.source.gce.GceNotices;
import dev.lifeboat.listener.Letter;
import dev.lifeboat.listener.Listener;
import dev.lifeboat.listener.Outcome;
import dev.lifeboat.listener.Payload;
import dev.lifeboat.listener.Reading;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/// Goes the way of a node's first notice before there is one. That notice is as a rule its only one, and would load
/// every class on its way, on the deadline's time.
///
/// Payloads of the vendor's form are read and thrown away; canaries go to Kafka, to whoever decides there, and to the
/// node's agent. In the background: a listener takes notices meanwhile.
final class Rehearsal {
    /// In whose name the canaries fly.
    static final String SOURCE = "rehearsal";

    private static final Logger LOG = Logger.getLogger(Rehearsal.class);

    /// The first loads classes, some more let the compiler see what is hot; 5,000 nodes send as many times this.
    private static final int CANARIES = 3;

    /// A Kafka that takes none of so many is not to be met by rehearsals.
    private static final int MOST_TRIES = 60;

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final int READINGS = 200;

    private final NodeName node;
    private final BooleanSupplier reached;
    private final Listener listener;
    private final InstantSource clock;
    private boolean primed;
    private int accepted;
    private int tries;

    /// For the listener of one node; a cluster's has many notices.
    ///
    /// @param reached whether Kafka answers now: before it does, canaries would fill the spool
    Rehearsal(NodeName node, BooleanSupplier reached, Listener listener, InstantSource clock) {
        this.node = node;
        this.reached = reached;
        this.listener = listener;
        this.clock = clock;
    }

    void begin(Loops loops, List<SourceSettings> sources) {
        loops.after(PAUSE, "rehearsal", () -> turn(sources));
    }

    private void turn(List<SourceSettings> sources) {
        if (accepted >= CANARIES || tries >= MOST_TRIES) {
            return;
        }
        if (!primed) {
            primed = true;
            for (int i = 0; i < READINGS; i++) {
                sources.forEach(source -> read(source.source()));
            }
        }
        if (reached.getAsBoolean()) {
            fly();
        }
    }

    private void fly() {
        tries++;
        Instant now = clock.instant();
        var id = NoticeId.of(SOURCE, node.value(), now.toString());
        var canary = new Notice.Canary(id, node, SOURCE, now);
        Outcome outcome = listener.accept(letter(now, ""), List.of(new Reading.Understood(canary)))
                .getFirst();
        if (outcome == Outcome.ACCEPTED) {
            accepted++;
        }
        LOG.infof(
                "rehearsed the way to Kafka try=%d outcome=%s took=%s",
                tries, outcome, Duration.between(now, clock.instant()));
    }

    private List<Reading> read(String source) {
        Instant now = clock.instant();
        Instant closesAt = now.plusSeconds(120).truncatedTo(ChronoUnit.SECONDS);
        return switch (source) {
            case ImdsNotices.SOURCE ->
                ImdsNotices.read(
                        ImdsPath.INSTANCE_ACTION,
                        letter(now, "{\"action\":\"terminate\",\"time\":\"" + closesAt + "\"}"),
                        "text/plain",
                        node);
            case GceNotices.SOURCE ->
                GceNotices.read(GceKey.PREEMPTED, letter(now, "TRUE"), "0", node, Duration.ofSeconds(30));
            case AzureNotices.SOURCE -> AzureNotices.read(letter(now, scheduledEvents(closesAt)), "machine", node);
            // These have many notices, or a person who waits.
            default -> List.of();
        };
    }

    private static String scheduledEvents(Instant closesAt) {
        return """
                {"DocumentIncarnation":1,"Events":[{"EventId":"E","EventType":"Preempt","ResourceType":"VirtualMachine",
                 "Resources":["machine"],"EventStatus":"Scheduled","NotBefore":"%s","Description":"",
                 "EventSource":"Platform","DurationInSeconds":-1}]}
                """.formatted(DateTimeFormatter.RFC_1123_DATE_TIME.format(closesAt.atOffset(ZoneOffset.UTC)));
    }

    private static Letter letter(Instant now, String body) {
        return new Letter(SOURCE, "rehearsal", now, body.isEmpty() ? Payload.EMPTY : Payload.of(body));
    }
}
