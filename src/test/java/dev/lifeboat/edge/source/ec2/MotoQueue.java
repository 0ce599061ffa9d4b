package dev.lifeboat.edge.source.ec2;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/// A queue of its own in moto, and what a test asks of it.
record MotoQueue(SqsClient sqs, String url) implements AutoCloseable {
    /// What is received is hidden from others for as long as SQS' default says.
    static MotoQueue in(MotoServer moto) {
        return in(moto, Map.of());
    }

    /// What is not deleted comes again at once.
    static MotoQueue thatHidesNothing(MotoServer moto) {
        return in(moto, Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "0"));
    }

    private static MotoQueue in(MotoServer moto, Map<QueueAttributeName, String> attributes) {
        SqsClient sqs = moto.sqs();
        String name = "queue-" + UUID.randomUUID();
        return new MotoQueue(
                sqs,
                sqs.createQueue(request -> request.queueName(name).attributes(attributes))
                        .queueUrl());
    }

    Queue queue() {
        return new Queue(sqs, url, 0);
    }

    void send(String body) {
        sqs.sendMessage(request -> request.queueUrl(url).messageBody(body));
    }

    /// Messages that anybody would get now.
    int visible() {
        return count(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES);
    }

    /// Those that can be seen and those that are hidden.
    int messages() {
        return visible() + count(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE);
    }

    @Override
    public void close() {
        sqs.close();
    }

    private int count(QueueAttributeName which) {
        return Integer.parseInt(
                sqs.getQueueAttributes(request -> request.queueUrl(url).attributeNames(List.of(which)))
                        .attributes()
                        .getOrDefault(which, "-1"));
    }
}
