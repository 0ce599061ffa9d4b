package dev.lifeboat.edge.source.ec2;

import dev.lifeboat.listener.Hold;
import org.jboss.logging.Logger;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;

/// Speaks with the hooks of Auto Scaling groups.
///
/// Sources, Amazon EC2 Auto Scaling API Reference, read 2026-11: `RecordLifecycleActionHeartbeat`,
/// `CompleteLifecycleAction`.
final class LifecycleHooks {
    /// What the API calls an action that it does not know, or no longer.
    private static final String UNKNOWN = "ValidationError";

    private static final Logger LOG = Logger.getLogger(LifecycleHooks.class);

    private final AutoScalingClient scaling;

    LifecycleHooks(AutoScalingClient scaling) {
        this.scaling = scaling;
    }

    /// The hook's timeout begins anew.
    Hold.Answer record(LifecycleAction action) {
        return asked(
                "heartbeat",
                action,
                () -> scaling.recordLifecycleActionHeartbeat(request -> request.autoScalingGroupName(action.group())
                        .lifecycleHookName(action.hook())
                        .lifecycleActionToken(action.token())
                        .instanceId(action.instance())));
    }

    /// The instance goes now. `CONTINUE`, since other hooks of the group may have something to do yet.
    Hold.Answer complete(LifecycleAction action) {
        return asked(
                "completion",
                action,
                () -> scaling.completeLifecycleAction(request -> request.autoScalingGroupName(action.group())
                        .lifecycleHookName(action.hook())
                        .lifecycleActionToken(action.token())
                        .instanceId(action.instance())
                        .lifecycleActionResult("CONTINUE")));
    }

    private static Hold.Answer asked(String what, LifecycleAction action, Runnable question) {
        try {
            question.run();
            return Hold.Answer.DONE;
        } catch (SdkServiceException e) {
            LOG.warnf(
                    "%s refused group=%s instance=%s why=%s", what, action.group(), action.instance(), e.getMessage());
            return e.getMessage() != null && isOver(e) ? Hold.Answer.OVER : Hold.Answer.AGAIN;
        } catch (SdkException e) {
            LOG.warnf(
                    "%s unanswered group=%s instance=%s why=%s",
                    what, action.group(), action.instance(), e.getMessage());
            return Hold.Answer.AGAIN;
        }
    }

    private static boolean isOver(SdkServiceException refusal) {
        return refusal instanceof software.amazon.awssdk.awscore.exception.AwsServiceException aws
                && aws.awsErrorDetails() != null
                && UNKNOWN.equals(aws.awsErrorDetails().errorCode());
    }
}
