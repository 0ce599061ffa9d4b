package dev.lifeboat.edge.source.ec2;

import dev.lifeboat.edge.source.Fields;
import dev.lifeboat.edge.source.StrictJson;
import dev.lifeboat.edge.source.Unreadable;
import dev.lifeboat.listener.Letter;
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
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Understands what EC2's metadata says of its own instance.
///
/// Sources, read 2026-11, Amazon EC2 User Guide: "Spot Instance interruption notices", "EC2 instance rebalance
/// recommendations", "Scheduled events for Amazon EC2 instances"; Amazon EC2 Auto Scaling User Guide: "Retrieve the
/// target lifecycle state through instance metadata".
public final class ImdsNotices {
    public static final String SOURCE = "ec2-imds";

    /// What an Auto Scaling group gives when nobody told us its hook's timeout: a spot window.
    static final Duration LIFECYCLE_GRACE = Duration.ofMinutes(2);

    private static final Set<String> CONTENT_TYPES = Set.of("", "text/plain", "application/json");
    private static final int MAX_EVENTS = 100;

    /// Two minutes as a rule, up to 15 when a fault injection announces it.
    private static final Plausibility SPOT = Plausibility.within(Duration.ofHours(1));

    /// A recommendation stands for hours and stays readable; only its future is absurd.
    private static final Plausibility PAST = new Plausibility(Duration.ofDays(366), Duration.ofMinutes(5));

    /// Scheduled some weeks ahead; `active` goes on while the work is under way.
    private static final Plausibility SCHEDULED = new Plausibility(Duration.ofDays(14), Duration.ofDays(120));

    /// Such as `21 Jan 2019 09:00:43 GMT`.
    private static final DateTimeFormatter MAINTENANCE_TIME = DateTimeFormatter.ofPattern(
                    "d MMM uuuu HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withResolverStyle(ResolverStyle.STRICT);

    private ImdsNotices() {}

    /// Reads one answer; never throws.
    ///
    /// @param contentType as in [Answer.Present][dev.lifeboat.edge.source.Answer.Present]
    public static List<Reading> read(ImdsPath path, Letter letter, String contentType, NodeName node) {
        return Fields.reading(() -> {
            if (!CONTENT_TYPES.contains(contentType)) {
                throw new Unreadable(Rejection.WRONG_CONTENT_TYPE, contentType);
            }
            return switch (path) {
                case INSTANCE_ACTION -> List.of(instanceAction(letter, node));
                case REBALANCE -> List.of(rebalance(letter, node));
                case MAINTENANCE -> maintenance(letter, node);
                case LIFECYCLE -> List.of(lifecycle(letter, node));
            };
        });
    }

    private static Reading instanceAction(Letter letter, NodeName node) throws Unreadable {
        Fields body = Fields.of(letter.body());
        Action action = Ec2Action.named(body, "action");
        Instant time = Fields.plausible(body.time("time"), SPOT, letter.receivedAt());
        return new Reading.Understood(new Notice.Preemption(
                NoticeId.of(SOURCE, "instance-action", node.value(), action.name(), time.toString()),
                node,
                SOURCE,
                letter.receivedAt(),
                Ec2Action.closesAt(action, time, letter.receivedAt()),
                action));
    }

    private static Reading rebalance(Letter letter, NodeName node) throws Unreadable {
        Instant noticeTime = Fields.of(letter.body()).time("noticeTime");
        Fields.plausible(noticeTime, PAST, letter.receivedAt());
        return new Reading.Understood(new Notice.Advisory(
                NoticeId.of(SOURCE, "rebalance", node.value(), noticeTime.toString()),
                node,
                SOURCE,
                letter.receivedAt()));
    }

    private static List<Reading> maintenance(Letter letter, NodeName node) throws Unreadable {
        var readings = new ArrayList<Reading>();
        for (Fields event : Fields.listOf(letter.body(), MAX_EVENTS)) {
            readings.add(maintenance(event, letter, node));
        }
        return readings;
    }

    private static Reading maintenance(Fields event, Letter letter, NodeName node) throws Unreadable {
        String code = event.text("Code");
        Action action = switch (code) {
            case "instance-reboot", "system-reboot", "system-maintenance" -> Action.REBOOT;
            case "instance-stop", "instance-retirement" -> Action.STOP;
            default -> throw event.unknown(Rejection.UNKNOWN_ACTION, "Code", code);
        };
        Instant notBefore = maintenanceTime(event, "NotBefore");
        NoticeId id = NoticeId.of(SOURCE, "maintenance", node.value(), event.text("EventId"), notBefore.toString());
        String state = event.text("State");
        return switch (state) {
            case "active" ->
                new Reading.Understood(new Notice.Preemption(
                        id,
                        node,
                        SOURCE,
                        letter.receivedAt(),
                        Fields.plausible(notBefore, SCHEDULED, letter.receivedAt()),
                        action));
            case "canceled" ->
                new Reading.Understood(new Notice.Withdrawal(
                        NoticeId.of("canceled", id.value()), node, SOURCE, letter.receivedAt(), id));
            case "completed" -> new Reading.Quiet("completed");
            default -> throw event.unknown(Rejection.UNKNOWN_EVENT, "State", state);
        };
    }

    private static Instant maintenanceTime(Fields event, String name) throws Unreadable {
        String text = event.text(name);
        try {
            return LocalDateTime.parse(text, MAINTENANCE_TIME).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw event.badTime(name, text);
        }
    }

    private static Reading lifecycle(Letter letter, NodeName node) throws Unreadable {
        String state = StrictJson.text(letter.body()).strip();
        return switch (state) {
            case "Terminated" ->
                new Reading.Understood(new Notice.Drain(
                        NoticeId.of(SOURCE, "lifecycle", node.value()),
                        node,
                        SOURCE,
                        letter.receivedAt(),
                        LIFECYCLE_GRACE));
            case "InService",
                    "Standby",
                    "Detached",
                    "Warmed:Stopped",
                    "Warmed:Running",
                    "Warmed:Hibernated",
                    "Warmed:Terminated" -> new Reading.Quiet(state);
            default ->
                throw new Unreadable(
                        Rejection.UNKNOWN_ACTION,
                        "target-lifecycle-state of " + state.length() + " characters is none that we know");
        };
    }
}
