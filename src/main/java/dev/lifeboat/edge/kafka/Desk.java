package dev.lifeboat.edge.kafka;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// Where decisions are made, one batch after another, on a thread of its own, from an [Inbox]: polling goes on
/// meanwhile.
public final class Desk implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /// From the beginning of one transaction with words in it to that of the next, unless a whole batch waits: each
    /// costs the broker more than the words of this while.
    private static final Duration PACE = Duration.ofMillis(30);

    private final Inbox inbox = new Inbox(InstantSource.system());
    private final DecisionLoop loop;
    private final Consumer<RuntimeException> failed;
    private final Thread thread = Thread.ofPlatform().name("decisions").daemon().unstarted(this::run);

    private Desk(DecisionLoop loop, Consumer<RuntimeException> failed) {
        this.loop = loop;
        this.failed = failed;
    }

    /// @param failed told the first failure, after which nothing is decided any more: the state is ahead of the journal
    public static Desk start(DecisionLoop loop, Consumer<RuntimeException> failed) {
        var desk = new Desk(loop, failed);
        desk.thread.start();
        return desk;
    }

    /// Returns once there is room for more, which may take as long as decisions take.
    public void put(Iterable<ConsumerRecord<byte[], byte[]>> records, int generation) {
        try {
            inbox.put(records, generation);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// What is under way is made durable first, if that does not take long.
    @Override
    public void close() {
        inbox.close();
        try {
            thread.join(PATIENCE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            for (var taken = inbox.take(); taken.isPresent(); taken = inbox.take()) {
                long began = System.nanoTime();
                loop.decide(taken.get().records(), taken.get().generation());
                if (taken.get().words() > 0) {
                    inbox.gather(PACE.minusNanos(System.nanoTime() - began));
                }
            }
        } catch (InterruptedException _) {
            // closed
        } catch (RuntimeException e) {
            inbox.close();
            failed.accept(e);
        }
    }
}
