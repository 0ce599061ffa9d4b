package dev.lifeboat.edge.source.ec2;

import dev.lifeboat.listener.Hold;
import dev.lifeboat.listener.Holds;
import dev.lifeboat.listener.Letter;
import dev.lifeboat.listener.Listener;
import dev.lifeboat.listener.Nodes;
import dev.lifeboat.listener.Outcome;
import dev.lifeboat.listener.Reading;
import dev.lifeboat.listener.Tally;
import dev.lifeboat.listener.Trust;
import dev.lifeboat.notice.Notice;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.sqs.model.Message;

/// Empties a queue that EventBridge and Auto Scaling write to. A message is deleted once all that it says
/// is durable in the log, in the dead letters, or known to be none of our business; otherwise the queue
/// brings it again. That of a termination hook stays until the hook is done with, see [QueuedHold].
public final class SqsSource {
    private final Queue queue;
    private final Nodes nodes;
    private final LifecycleHooks hooks;
    private final Holds holds;
    private final Trust trust;
    private final Listener listener;
    private final Tally tally;
    private final InstantSource clock;

    /// @param scaling asked for more time for, and told of the end of, what `holds` keeps
    public SqsSource(
            Queue queue,
            Nodes nodes,
            AutoScalingClient scaling,
            Holds holds,
            Trust trust,
            Listener listener,
            Tally tally,
            InstantSource clock) {
        this.queue = queue;
        this.nodes = nodes;
        this.hooks = new LifecycleHooks(scaling);
        this.holds = holds;
        this.trust = trust;
        this.listener = listener;
        this.tally = tally;
        this.clock = clock;
    }

    /// Takes one batch.
    ///
    /// @return how many messages were done with and deleted
    public int look() {
        try {
            List<Message> messages = queue.receive();
            Instant now = clock.instant();
            tally.heard(Ec2Events.SOURCE, now);
            List<Message> done =
                    messages.stream().filter(message -> isDone(message, now)).toList();
            queue.delete(done);
            return done.size();
        } catch (SdkException e) {
            tally.silent(Ec2Events.SOURCE, String.valueOf(e.getMessage()));
            return 0;
        }
    }

    private boolean isDone(Message message, Instant now) {
        var letter = new Letter(Ec2Events.SOURCE, queue.url(), now, Queue.body(message));
        Optional<LifecycleAction> action = LifecycleAction.in(letter.body())
                .filter(waiting -> nodes.named(waiting.instance()).isPresent());
        Duration grace = action.map(this::grace).orElse(Ec2Events.HOOK_GRACE);
        List<Reading> readings =
                Ec2Events.read(letter, nodes, grace).stream().map(this::limited).toList();
        List<Outcome> outcomes = listener.accept(letter, readings);
        if (outcomes.contains(Outcome.REFUSED)) {
            return false;
        }
        if (action.isPresent() && readings.getFirst() instanceof Reading.Understood(Notice notice)) {
            keep(new QueuedHold(hooks, action.get(), queue, message, notice));
            return false;
        }
        return !outcomes.contains(Outcome.SPOOLED);
    }

    /// A hook that takes a heartbeat can be kept open for long; of one that does not we count on nothing
    /// but its usual timeout.
    private Duration grace(LifecycleAction action) {
        return hooks.record(action) == Hold.Answer.DONE ? Ec2Events.HELD_GRACE : Ec2Events.HOOK_GRACE;
    }

    /// One for which there is no room comes again.
    private void keep(QueuedHold hold) {
        holds.open(hold);
        queue.hide(hold.message(), QueuedHold.HIDDEN);
    }

    private Reading limited(Reading reading) {
        return reading instanceof Reading.Understood(var notice)
                ? new Reading.Understood(trust.limit(notice))
                : reading;
    }
}
