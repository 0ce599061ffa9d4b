package dev.lifeboat.edge.source.ec2;

import dev.lifeboat.listener.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;

/// One SQS queue. Every call throws [software.amazon.awssdk.core.exception.SdkException] when SQS does
/// not answer or refuses.
///
/// @param url whole
/// @param waitSeconds how long [#receive] waits for a first message, 0 to 20
public record Queue(SqsClient sqs, String url, int waitSeconds) {
    private static final Logger LOG = Logger.getLogger(Queue.class);

    /// SQS' own limit.
    private static final int BATCH = 10;

    List<Message> receive() {
        return sqs.receiveMessage(request ->
                        request.queueUrl(url).maxNumberOfMessages(BATCH).waitTimeSeconds(waitSeconds))
                .messages();
    }

    /// One that stays all the same comes again and is a duplicate.
    void delete(List<Message> done) {
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
        sqs.deleteMessageBatch(request -> request.queueUrl(url).entries(entries))
                .failed()
                .forEach(refused -> LOG.infof(
                        "the queue keeps a message that is done with, it comes again code=%s why=%s",
                        refused.code(), refused.message()));
    }

    /// Nobody else gets it for so long.
    void hide(Message message, Duration howLong) {
        sqs.changeMessageVisibility(request -> request.queueUrl(url)
                .receiptHandle(message.receiptHandle())
                .visibilityTimeout(Math.toIntExact(howLong.toSeconds())));
    }

    static Payload body(Message message) {
        return Payload.of(message.body());
    }
}
