package dev.lifeboat.edge.source.ec2;

import dev.lifeboat.listener.Letter;
import dev.lifeboat.listener.Listener;
import dev.lifeboat.listener.Nodes;
import dev.lifeboat.listener.Outcome;
import dev.lifeboat.listener.Payload;
import dev.lifeboat.listener.Reading;
import dev.lifeboat.listener.Tally;
import dev.lifeboat.listener.Trust;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;

/// Empties a queue that EventBridge and Auto Scaling write to. A message is deleted once all that it says is durable
/// in the log, in the dead letters, or known to be none of our business; otherwise the queue brings it again.
public final class SqsSource {
    /// SQS' own limits.
    private static final int BATCH = 10;

    private final SqsClient sqs;
    private final String queueUrl;
    private final int waitSeconds;
    private final Nodes nodes;
    private final Trust trust;
    private final Listener listener;
    private final Tally tally;
    private final InstantSource clock;

    /// @param waitSeconds how long one look waits for a first message, 0 to 20
    public SqsSource(
            SqsClient sqs,
            String queueUrl,
            int waitSeconds,
            Nodes nodes,
            Trust trust,
            Listener listener,
            Tally tally,
            InstantSource clock) {
        this.sqs = sqs;
        this.queueUrl = queueUrl;
        this.waitSeconds = waitSeconds;
        this.nodes = nodes;
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
            var messages = sqs.receiveMessage(request -> request.queueUrl(queueUrl)
                            .maxNumberOfMessages(BATCH)
                            .waitTimeSeconds(waitSeconds))
                    .messages();
            Instant now = clock.instant();
            tally.heard(Ec2Events.SOURCE, now);
            List<Message> done =
                    messages.stream().filter(message -> isDone(message, now)).toList();
            delete(done);
            return done.size();
        } catch (SdkException e) {
            tally.silent(Ec2Events.SOURCE, String.valueOf(e.getMessage()));
            return 0;
        }
    }

    private boolean isDone(Message message, Instant now) {
        var letter = new Letter(Ec2Events.SOURCE, queueUrl, now, Payload.of(message.body()));
        List<Reading> readings =
                Ec2Events.read(letter, nodes).stream().map(this::limited).toList();
        List<Outcome> outcomes = listener.accept(letter, readings);
        return !outcomes.contains(Outcome.REFUSED) && !outcomes.contains(Outcome.SPOOLED);
    }

    private Reading limited(Reading reading) {
        return reading instanceof Reading.Understood(var notice)
                ? new Reading.Understood(trust.limit(notice))
                : reading;
    }

    private void delete(List<Message> done) {
        if (done.isEmpty()) {
            return;
        }
        var entries = new ArrayList<DeleteMessageBatchRequestEntry>();
        for (Message message : done) {
            entries.add(DeleteMessageBatchRequestEntry.builder()
                    .id(Integer.toString(entries.size()))
                    .receiptHandle(message.receiptHandle())
                    .build());
        }
        // One that stays comes again and is a duplicate.
        sqs.deleteMessageBatch(request -> request.queueUrl(queueUrl).entries(entries));
    }
}
