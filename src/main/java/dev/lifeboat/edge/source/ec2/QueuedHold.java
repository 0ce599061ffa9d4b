package dev.lifeboat.edge.source.ec2;

import dev.lifeboat.listener.Hold;
import dev.lifeboat.notice.Notice;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.model.Message;

/// A termination hook whose message stays in the queue, hidden, until the hook is done with: a listener
/// that starts anew meets it there and goes on.
record QueuedHold(LifecycleHooks hooks, LifecycleAction action, Queue queue, Message message, Notice notice)
        implements Hold {
    /// A third of the shortest timeout that a hook can have (30 s).
    static final Duration BEAT = Duration.ofSeconds(10);

    /// Two beats may fail before the message shows again, which does no harm.
    static final Duration HIDDEN = BEAT.multipliedBy(3);

    private static final Logger LOG = Logger.getLogger(QueuedHold.class);

    @Override
    public String name() {
        return "hook " + action.token();
    }

    @Override
    public Optional<Duration> beat() {
        return Optional.of(BEAT);
    }

    @Override
    public Answer extend() {
        Answer answer = hooks.record(action);
        if (answer == Answer.DONE) {
            quietly(() -> queue.hide(message, HIDDEN));
        }
        return answer;
    }

    @Override
    public Answer release() {
        Answer answer = hooks.complete(action);
        if (answer == Answer.DONE) {
            drop();
        }
        return answer;
    }

    @Override
    public void drop() {
        quietly(() -> queue.delete(List.of(message)));
    }

    /// What fails here brings the message again, and it is known.
    private static void quietly(Runnable call) {
        try {
            call.run();
        } catch (SdkException e) {
            LOG.infof("the queue did not take it, the message comes again why=%s", e.getMessage());
        }
    }
}
