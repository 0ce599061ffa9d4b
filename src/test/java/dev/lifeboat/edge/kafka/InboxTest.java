package dev.lifeboat.edge.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

final class InboxTest {
    private static final int GENERATION = 7;
    private static final Duration FOREVER = Duration.ofHours(1);

    private Instant now = Instant.parse("2026-11-21T10:00:00Z");
    private final Inbox inbox = new Inbox(() -> now);

    @Test
    void allThatWasSaidMeanwhileIsTakenTogether() throws InterruptedException {
        inbox.put(List.of(notice(1)), GENERATION);
        inbox.put(List.of(notice(2), notice(3)), GENERATION);

        assertThat(taken()).containsExactly("lifeboat.notices 1", "lifeboat.notices 2", "lifeboat.notices 3");
    }

    @Test
    void theFirstOfManyDoesNotWaitForTheLast() throws InterruptedException {
        inbox.put(IntStream.range(0, 65).mapToObj(InboxTest::notice).toList(), GENERATION);

        assertThat(taken()).hasSize(64);
        assertThat(taken()).containsExactly("lifeboat.notices 64");
    }

    @Test
    void whatIsSaidComesBeforeWhatOnlyTimeCallsFor() throws InterruptedException {
        inbox.put(List.of(tick(0, 1), notice(1)), GENERATION);

        assertThat(taken()).containsExactly("lifeboat.notices 1");
        assertThat(taken()).containsExactly("lifeboat.ticks 1");
    }

    @Test
    void aTickThatHasWaitedASecondIsTakenBehindTheNextWord() throws InterruptedException {
        inbox.put(List.of(tick(0, 1), tick(1, 1), notice(1)), GENERATION);
        now = now.plus(Duration.ofSeconds(1));
        inbox.put(List.of(notice(2)), GENERATION);
        assertThat(taken()).containsExactly("lifeboat.notices 1", "lifeboat.notices 2");

        inbox.put(List.of(notice(3)), GENERATION);
        now = now.plusMillis(1);
        assertThat(taken()).containsExactly("lifeboat.notices 3", "lifeboat.ticks 1");
        assertThat(taken()).containsExactly("lifeboat.ticks 1");
    }

    @Test
    void theNewestTickOfAPartitionDoesForAll() throws InterruptedException {
        inbox.put(List.of(tick(0, 1), tick(0, 2)), GENERATION);
        inbox.put(List.of(tick(0, 3)), GENERATION);
        inbox.put(List.of(notice(1)), GENERATION);

        assertThat(taken()).containsExactly("lifeboat.notices 1");
        assertThat(taken()).containsExactly("lifeboat.ticks 3");
    }

    @Test
    void manyPartitionsTakeTheirTurnsByQuarters() throws InterruptedException {
        inbox.put(IntStream.range(0, 16).mapToObj(each -> tick(each, 1)).toList(), GENERATION);

        assertThat(taken()).hasSize(4);
        assertThat(taken()).hasSize(3);
    }

    @Test
    void whatAnotherTermLeftIsForgotten() throws InterruptedException {
        inbox.put(List.of(notice(1), tick(0, 1)), GENERATION);
        inbox.put(List.of(notice(2)), GENERATION + 1);

        assertThat(inbox.take()).hasValueSatisfying(taken -> {
            assertThat(taken.generation()).isEqualTo(GENERATION + 1);
            assertThat(taken.records()).hasSize(1);
        });
    }

    @Test
    void noMoreIsGatheredThanIsTakenAtOnce() throws InterruptedException {
        inbox.put(IntStream.range(0, 63).mapToObj(InboxTest::notice).toList(), GENERATION);
        var gathering = Thread.ofVirtual().start(() -> gather(FOREVER));
        inbox.put(List.of(notice(63)), GENERATION);

        gathering.join();
        assertThat(taken()).hasSize(64);
    }

    @Test
    void whatIsGatheredForIsTakenAllTheSameWhenItDoesNotCome() throws InterruptedException {
        inbox.put(List.of(notice(1)), GENERATION);
        gather(Duration.ofMillis(1));

        assertThat(taken()).containsExactly("lifeboat.notices 1");
    }

    @Test
    void onceClosedNobodyGathers() throws InterruptedException {
        var gathering = Thread.ofVirtual().start(() -> gather(FOREVER));
        inbox.close();

        gathering.join();
        assertThat(inbox.take()).isEmpty();
    }

    @Test
    void onceClosedNobodyWaits() throws InterruptedException {
        inbox.close();
        inbox.put(IntStream.range(0, 2_000).mapToObj(InboxTest::notice).toList(), GENERATION);

        assertThat(inbox.take()).isEmpty();
    }

    private void gather(Duration most) {
        try {
            inbox.gather(most);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> taken() throws InterruptedException {
        var names = new ArrayList<String>();
        inbox.take().orElseThrow().records().forEach(record -> names.add(record.topic() + " " + record.offset()));
        return names;
    }

    private static ConsumerRecord<byte[], byte[]> notice(int offset) {
        return new ConsumerRecord<>(Topics.NOTICES, 0, offset, new byte[0], new byte[0]);
    }

    private static ConsumerRecord<byte[], byte[]> tick(int partition, int offset) {
        return new ConsumerRecord<>(Topics.TICKS, partition, offset, new byte[0], new byte[0]);
    }
}
