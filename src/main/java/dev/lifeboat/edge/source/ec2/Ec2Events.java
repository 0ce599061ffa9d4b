package dev.lifeboat.edge.source.ec2;

import dev.lifeboat.edge.source.Fields;
import dev.lifeboat.edge.source.Unreadable;
import dev.lifeboat.listener.Letter;
import dev.lifeboat.listener.Nodes;
import dev.lifeboat.listener.Reading;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.notice.Plausibility;
import dev.lifeboat.notice.Rejection;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Understands the EventBridge events of EC2, Auto Scaling and AWS Health, and Auto Scaling's own messages, as they
/// arrive in a queue.
///
/// Sources, read 2026-11: Amazon EC2 User Guide "Automate Amazon EC2 using EventBridge", "Spot Instance interruption
/// notices", "Monitor interruptible Capacity Reservations", "Monitor Capacity Blocks using EventBridge"; AWS Health
/// User Guide "Schema for AWS Health events"; Amazon EC2 Auto Scaling User Guide "Amazon EC2 Auto Scaling event
/// reference".
public final class Ec2Events {
    public static final String SOURCE = "ec2-sqs";

    /// A spot instance is taken two minutes after its warning.
    static final Duration SPOT_WINDOW = Duration.ofMinutes(2);

    /// A Capacity Block's instances begin to end this long before the block does.
    static final Duration BLOCK_LEAD = Duration.ofMinutes(30);

    /// What we count on when a hook does not take our heartbeats: a spot window. Hooks have an hour by default.
    public static final Duration HOOK_GRACE = Duration.ofMinutes(2);

    /// What we count on when it does: its timeout begins anew with each, up to a hundred times, and the
    /// shortest is 30 s, so that every hook can be kept open for 50 minutes. Fewer, because a group that
    /// shrinks is not to be kept for long.
    static final Duration HELD_GRACE = Duration.ofMinutes(10);

    /// A Health event names at most some hundred entities a page.
    private static final int MAX_ENTITIES = 1_000;

    /// A queue may hold a message for minutes; an hour-old warning is of no use.
    private static final Plausibility SOON = new Plausibility(Duration.ofMinutes(30), Duration.ofHours(2));

    private static final Plausibility SCHEDULED = new Plausibility(Duration.ofDays(14), Duration.ofDays(120));

    private Ec2Events() {}

    /// Reads one message's body; never throws.
    ///
    /// @param hookGrace how long a termination hook can be kept open
    public static List<Reading> read(Letter letter, Nodes nodes, Duration hookGrace) {
        return Fields.reading(() -> {
            Fields body = Fields.of(letter.body());
            if (body.has("detail-type") || body.has("detail_type")) {
                return new Event(letter, nodes, hookGrace, body).read();
            }
            return scalingMessage(letter, nodes, hookGrace, body);
        });
    }

    /// Auto Scaling's own form, without EventBridge.
    private static List<Reading> scalingMessage(Letter letter, Nodes nodes, Duration hookGrace, Fields body)
            throws Unreadable {
        if (body.text("Event", "").equals("autoscaling:TEST_NOTIFICATION")) {
            return List.of(new Reading.Quiet("TEST_NOTIFICATION"));
        }
        return lifecycle(letter, nodes, hookGrace, body);
    }

    private static List<Reading> lifecycle(Letter letter, Nodes nodes, Duration hookGrace, Fields detail)
            throws Unreadable {
        String transition = detail.text("LifecycleTransition");
        return switch (transition) {
            case LifecycleAction.TERMINATING -> {
                LifecycleAction action = LifecycleAction.of(detail);
                yield List.of(about(
                        nodes,
                        action.instance(),
                        node -> new Notice.Drain(
                                NoticeId.of(SOURCE, "lifecycle", node.value(), action.token()),
                                node,
                                SOURCE,
                                letter.receivedAt(),
                                hookGrace)));
            }
            case "autoscaling:EC2_INSTANCE_LAUNCHING" -> List.of(new Reading.Quiet(transition));
            default -> throw detail.unknown(Rejection.UNKNOWN_ACTION, "LifecycleTransition", transition);
        };
    }

    /// What is said of a machine, once we know that it is ours.
    private interface Said {
        Notice of(NodeName node);
    }

    private static Reading about(Nodes nodes, String machine, Said said) {
        Optional<NodeName> node = nodes.named(machine);
        return node.isPresent() ? new Reading.Understood(said.of(node.get())) : new Reading.Foreign(machine);
    }

    /// One EventBridge envelope.
    private record Event(Letter letter, Nodes nodes, Duration hookGrace, Fields envelope) {
        List<Reading> read() throws Unreadable {
            // One page of the vendor prints Capacity Block events with an underscore.
            String field = envelope.has("detail-type") ? "detail-type" : "detail_type";
            String type = envelope.text(field);
            Fields detail = envelope.object("detail");
            return switch (type) {
                case "EC2 Spot Instance Interruption Warning" -> List.of(spot(detail));
                case "EC2 Instance Rebalance Recommendation" -> List.of(rebalance(detail));
                case "EC2 Instance State-change Notification" -> List.of(stateChange(detail));
                case "EC2 Capacity Reservation Instance Interruption Warning" -> List.of(reservation(detail));
                case "Capacity Block Expiration Warning", "Capacity Block Reservation Expiration Warning" ->
                    block(detail);
                case "AWS Health Event" -> health(detail);
                case "EC2 Instance-terminate Lifecycle Action", "EC2 Instance-launch Lifecycle Action" ->
                    lifecycle(letter, nodes, hookGrace, detail);
                default -> throw envelope.unknown(Rejection.UNKNOWN_EVENT, field, type);
            };
        }

        private Reading spot(Fields detail) throws Unreadable {
            Instant closesAt = plausible(envelope.time("time").plus(SPOT_WINDOW), SOON);
            return preemption("spot", detail, Ec2Action.named(detail, "instance-action"), closesAt);
        }

        private Reading reservation(Fields detail) throws Unreadable {
            Instant closesAt = plausible(detail.time("instance-termination-time"), SOON);
            return preemption("reservation", detail, Ec2Action.named(detail, "instance-action"), closesAt);
        }

        private Reading preemption(String kind, Fields detail, Action action, Instant closesAt) throws Unreadable {
            return about(
                    nodes,
                    detail.text("instance-id"),
                    node -> new Notice.Preemption(
                            NoticeId.of(SOURCE, kind, node.value(), action.name(), closesAt.toString()),
                            node,
                            SOURCE,
                            letter.receivedAt(),
                            Ec2Action.closesAt(action, closesAt, letter.receivedAt()),
                            action));
        }

        private Reading rebalance(Fields detail) throws Unreadable {
            Instant time = plausible(envelope.time("time"), SOON);
            return about(
                    nodes,
                    detail.text("instance-id"),
                    node -> new Notice.Advisory(
                            NoticeId.of(SOURCE, "rebalance", node.value(), time.toString()),
                            node,
                            SOURCE,
                            letter.receivedAt()));
        }

        private Reading stateChange(Fields detail) throws Unreadable {
            Instant time = plausible(envelope.time("time"), SOON);
            String state = detail.text("state");
            return switch (state) {
                case "pending", "running" -> new Reading.Quiet(state);
                case "stopping" -> preemption("state", detail, Action.STOP, time);
                case "shutting-down" -> preemption("state", detail, Action.TERMINATE, time);
                case "stopped", "terminated" ->
                    about(
                            nodes,
                            detail.text("instance-id"),
                            node -> new Notice.Death(
                                    NoticeId.of(SOURCE, "death", node.value(), state, time.toString()),
                                    node,
                                    SOURCE,
                                    letter.receivedAt()));
                default -> throw detail.unknown(Rejection.UNKNOWN_ACTION, "state", state);
            };
        }

        private List<Reading> block(Fields detail) throws Unreadable {
            String reservation = detail.text("capacity-reservation-id");
            Instant closesAt = plausible(detail.time("end-date").minus(BLOCK_LEAD), SOON);
            List<NodeName> ours = nodes.inReservation(reservation);
            if (ours.isEmpty()) {
                return List.of(new Reading.Foreign(reservation));
            }
            var readings = new ArrayList<Reading>();
            for (NodeName node : ours) {
                readings.add(new Reading.Understood(new Notice.Preemption(
                        NoticeId.of(SOURCE, "block", node.value(), reservation, closesAt.toString()),
                        node,
                        SOURCE,
                        letter.receivedAt(),
                        closesAt,
                        Action.TERMINATE)));
            }
            return readings;
        }

        private List<Reading> health(Fields detail) throws Unreadable {
            String service = detail.text("service");
            String category = detail.text("eventTypeCategory");
            if (!service.equals("EC2") || !category.equals("scheduledChange")) {
                return List.of(new Reading.Quiet(service + ' ' + category));
            }
            var readings = new ArrayList<Reading>();
            for (Fields entity : detail.objects("affectedEntities", MAX_ENTITIES)) {
                readings.add(health(detail, entity.text("entityValue")));
            }
            return readings;
        }

        private Reading health(Fields detail, String machine) throws Unreadable {
            String arn = detail.text("eventArn");
            String code = detail.text("eventTypeCode");
            Instant startsAt = healthTime(detail, "startTime");
            if (detail.text("statusCode", "upcoming").equals("closed")) {
                return about(nodes, machine, node -> {
                    NoticeId id = healthId(node, arn, startsAt);
                    return new Notice.Withdrawal(
                            NoticeId.of("closed", id.value()), node, SOURCE, letter.receivedAt(), id);
                });
            }
            plausible(startsAt, SCHEDULED);
            // Codes are many and grow; whatever is scheduled for an instance ends its memory one way or another.
            Action action = code.contains("REBOOT") ? Action.REBOOT : Action.STOP;
            return about(
                    nodes,
                    machine,
                    node -> new Notice.Preemption(
                            healthId(node, arn, startsAt), node, SOURCE, letter.receivedAt(), startsAt, action));
        }

        private static NoticeId healthId(NodeName node, String arn, Instant startsAt) {
            return NoticeId.of(SOURCE, "health", node.value(), arn, startsAt.toString());
        }

        /// RFC 1123 (`Wed, 5 Jun 2019 15:10:09 GMT`), in newer events RFC 3339.
        private static Instant healthTime(Fields detail, String name) throws Unreadable {
            String text = detail.text(name);
            var form = text.endsWith("GMT") ? DateTimeFormatter.RFC_1123_DATE_TIME : DateTimeFormatter.ISO_DATE_TIME;
            try {
                return OffsetDateTime.parse(text, form).toInstant();
            } catch (DateTimeException e) {
                throw detail.badTime(name, text);
            }
        }

        private Instant plausible(Instant closesAt, Plausibility rule) throws Unreadable {
            return Fields.plausible(closesAt, rule, letter.receivedAt());
        }
    }
}
