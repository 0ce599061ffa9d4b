package dev.lifeboat.edge.source.ec2;

import dev.lifeboat.edge.source.Fields;
import dev.lifeboat.edge.source.Unreadable;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.Rejection;
import java.time.Instant;

/// EC2's words for what happens to an interrupted instance.
final class Ec2Action {
    private Ec2Action() {}

    static Action named(Fields body, String field) throws Unreadable {
        String word = body.text(field);
        return switch (word) {
            case "terminate" -> Action.TERMINATE;
            case "stop" -> Action.STOP;
            case "hibernate" -> Action.HIBERNATE;
            default -> throw body.unknown(Rejection.UNKNOWN_ACTION, field, word);
        };
    }

    /// Hibernation begins at once, whatever time is named.
    static Instant closesAt(Action action, Instant time, Instant now) {
        return action == Action.HIBERNATE && now.isBefore(time) ? now : time;
    }
}
