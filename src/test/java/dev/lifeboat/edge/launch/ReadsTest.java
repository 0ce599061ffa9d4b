package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ReadsTest {
    private final Reads reads = new Reads();

    @Test
    void oneEndIsNotEnoughForItsReadMayHaveBegunBefore() throws Exception {
        CompletableFuture<Boolean> news = asked(Duration.ofMillis(300));

        reads.end();

        assertThat(news.get(2, TimeUnit.MINUTES)).isFalse();
    }

    @Test
    void theSecondEndIsOfAReadThatBeganAfterwards() throws Exception {
        CompletableFuture<Boolean> news = asked(Duration.ofMinutes(2));

        reads.end();
        reads.end();

        assertThat(news.get(2, TimeUnit.MINUTES)).isTrue();
    }

    @Test
    void anEndBeforeTheQuestionDoesNotCount() throws Exception {
        reads.end();
        reads.end();

        assertThat(reads.awaitNext(Duration.ofMillis(1))).isFalse();
    }

    /// Returns once somebody waits, or has waited long enough.
    private CompletableFuture<Boolean> asked(Duration patience) {
        var news = new CompletableFuture<Boolean>();
        Thread waiter = Thread.ofPlatform().daemon().start(() -> {
            try {
                news.complete(reads.awaitNext(patience));
            } catch (InterruptedException stop) {
                news.completeExceptionally(stop);
            }
        });
        while (waiter.getState() != Thread.State.TIMED_WAITING && !news.isDone()) {
            Thread.onSpinWait();
        }
        return news;
    }
}
