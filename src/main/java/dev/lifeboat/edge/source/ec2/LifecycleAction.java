package dev.lifeboat.edge.source.ec2;

import dev.lifeboat.edge.source.Fields;
import dev.lifeboat.edge.source.Unreadable;
import dev.lifeboat.listener.Payload;
import java.util.Optional;

/// An instance that waits in a group's termination hook.
///
/// Source: "Amazon EC2 Auto Scaling event reference", Amazon EC2 Auto Scaling User Guide, read 2026-11.
///
/// @param group the Auto Scaling group's name
/// @param token of this one wait; each has its own
/// @param instance EC2's id
record LifecycleAction(String group, String hook, String token, String instance) {
    static final String TERMINATING = "autoscaling:EC2_INSTANCE_TERMINATING";

    static LifecycleAction of(Fields detail) throws Unreadable {
        return new LifecycleAction(
                detail.text("AutoScalingGroupName"),
                detail.text("LifecycleHookName"),
                detail.text("LifecycleActionToken"),
                detail.text("EC2InstanceId"));
    }

    /// The termination that a message announces, in EventBridge's form or Auto Scaling's own; empty for
    /// all others.
    static Optional<LifecycleAction> in(Payload body) {
        try {
            Fields message = Fields.of(body);
            Fields detail = message.has("detail") ? message.object("detail") : message;
            return detail.text("LifecycleTransition", "").equals(TERMINATING)
                    ? Optional.of(of(detail))
                    : Optional.empty();
        } catch (Unreadable _) {
            // The parser of events buries it.
            return Optional.empty();
        }
    }
}
