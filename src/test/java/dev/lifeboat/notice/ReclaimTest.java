package dev.lifeboat.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ReclaimTest {
    private static final NodeName NODE = new NodeName("node-a");
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void theSameReclaimFromThreeSourcesIsOneWithTheEarliestDeadline() {
        var reclaim = Reclaim.of(advisory("rebalance", 0))
                .with(preemption("ec2-imds", 1, 120))
                .with(preemption("ec2-sqs", 2, 119))
                .with(drain("karpenter", 3, 600));

        assertThat(reclaim.sightings()).hasSize(4);
        assertThat(reclaim.closesAt()).contains(T0.plusSeconds(119));
        assertThat(reclaim.standing()).isEqualTo(Reclaim.Standing.DOOMED);
        assertThat(reclaim.id()).isEqualTo(advisory("rebalance", 0).id());
    }

    @Test
    void anEarlierDeadlineFromTheSameSourceShortensTheWindow() {
        var reclaim = Reclaim.of(preemption("ec2-imds", 0, 120)).with(preemption("ec2-imds", 5, 60));

        assertThat(reclaim.closesAt()).contains(T0.plusSeconds(60));
    }

    @Test
    void aLaterWordDoesNotLengthenTheWindowUnlessTheEarlierIsWithdrawn() {
        Notice first = preemption("azure", 0, 600);
        var reclaim = Reclaim.of(first).with(preemption("azure", 5, 900));
        assertThat(reclaim.closesAt()).contains(T0.plusSeconds(600));

        assertThat(reclaim.with(withdrawal(first, 6)).closesAt()).contains(T0.plusSeconds(900));
    }

    @Test
    void withEverythingWithdrawnTheNodeIsCalm() {
        Notice first = preemption("ec2-imds", 0, 120);
        var reclaim = Reclaim.of(first).with(withdrawal(first, 10));

        assertThat(reclaim.standing()).isEqualTo(Reclaim.Standing.CALM);
        assertThat(reclaim.closesAt()).isEmpty();
        assertThat(reclaim.action()).isEmpty();
    }

    @Test
    void aWithdrawalThatOvertakesItsNoticeStillCounts() {
        Notice first = preemption("ec2-imds", 0, 120);

        assertThat(Reclaim.of(withdrawal(first, 10)).with(first).standing()).isEqualTo(Reclaim.Standing.CALM);
    }

    @Test
    void aNoticeSeenAgainAfterItsWithdrawalHoldsAgain() {
        Notice first = preemption("ec2-imds", 0, 120);
        var reclaim = Reclaim.of(first).with(withdrawal(first, 10)).with(preemption("ec2-imds", 11, 120));

        assertThat(reclaim.standing()).isEqualTo(Reclaim.Standing.DOOMED);
        assertThat(reclaim.sightings()).hasSize(1);
    }

    /// As of a taint that does not say since when it is there: each time it has the same id.
    @Test
    void whatIsGivenAgainAfterItsWithdrawalCountsFromThen() {
        Notice first = drain("kubernetes", 0, 60);
        var calm = Reclaim.of(first).with(drain("kubernetes", 5, 60)).with(withdrawal(first, 10));
        var again = calm.with(drain("kubernetes", 100, 60)).with(drain("kubernetes", 110, 60));

        assertThat(again.closesAt()).contains(T0.plusSeconds(160));
        assertThat(again.standingWords()).singleElement().isEqualTo(drain("kubernetes", 100, 60));
        assertThat(again.with(drain("kubernetes", 9, 60)).closesAt()).contains(T0.plusSeconds(160));
    }

    @Test
    void aWithdrawalThatWasOvertakenByWhatCameAfterItTakesBackOnlyWhatCameBefore() {
        Notice first = drain("kubernetes", 0, 60);
        var reclaim = Reclaim.of(first).with(drain("kubernetes", 100, 60));
        assertThat(reclaim.closesAt()).contains(T0.plusSeconds(60));

        assertThat(reclaim.with(withdrawal(first, 10)).closesAt()).contains(T0.plusSeconds(160));
    }

    @Test
    void deathOutweighsEverything() {
        var reclaim = Reclaim.of(preemption("ec2-imds", 0, 120))
                .with(new Notice.Death(NoticeId.of("death"), NODE, "kubernetes", T0.plusSeconds(9)));

        assertThat(reclaim.standing()).isEqualTo(Reclaim.Standing.DEAD);
        assertThat(reclaim.closesAt()).contains(T0.plusSeconds(9));
    }

    @Test
    void aFloodOfWordsIsBounded() {
        var reclaim = Reclaim.of(preemption("flood", 0, 100));
        for (int i = 0; i < 1_000; i++) {
            reclaim = reclaim.with(preemption("flood", 0, 101 + i)).with(withdrawal(preemption("other", 0, i), i));
        }
        assertThat(reclaim.sightings()).hasSize(Reclaim.MAX_SIGHTINGS);
        assertThat(reclaim.takenBack()).hasSize(Reclaim.MAX_SIGHTINGS);
    }

    @Test
    void whatIsSaidOfAnotherNodeIsRefused() {
        var other = new Notice.Advisory(NoticeId.of("x"), new NodeName("node-b"), "rebalance", T0);

        assertThatThrownBy(() -> Reclaim.of(advisory("rebalance", 0)).with(other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("node-b");
    }

    @Test
    void theOrderOfArrivalDoesNotMatter() {
        Notice spot = preemption("ec2-imds", 0, 120);
        List<Notice> words = List.of(
                spot,
                withdrawal(spot, 3),
                preemption("ec2-imds", 2, 120),
                preemption("ec2-sqs", 4, 118),
                withdrawal(preemption("ec2-sqs", 4, 118), 4),
                drain("karpenter", 1, 30),
                withdrawal(drain("karpenter", 1, 30), 2),
                drain("karpenter", 6, 30),
                advisory("rebalance", 0));
        var expected = fold(words);
        for (long seed = 0; seed < 500; seed++) {
            var shuffled = new ArrayList<>(words);
            Collections.shuffle(shuffled, new Random(seed));
            var reclaim = fold(shuffled);
            assertThat(reclaim.standing()).as("seed %d", seed).isEqualTo(expected.standing());
            assertThat(reclaim.closesAt()).as("seed %d", seed).isEqualTo(expected.closesAt());
            assertThat(reclaim.action()).as("seed %d", seed).isEqualTo(expected.action());
        }
    }

    private static Reclaim fold(List<Notice> words) {
        var reclaim = Reclaim.of(words.getFirst());
        for (Notice word : words) {
            reclaim = reclaim.with(word);
        }
        return reclaim;
    }

    private static Notice.Preemption preemption(String source, long received, long closes) {
        Instant closesAt = T0.plusSeconds(closes);
        return new Notice.Preemption(
                NoticeId.of(source, closesAt.toString()),
                NODE,
                source,
                T0.plusSeconds(received),
                closesAt,
                Action.TERMINATE);
    }

    private static Notice drain(String source, long received, long grace) {
        return new Notice.Drain(NoticeId.of(source), NODE, source, T0.plusSeconds(received), Duration.ofSeconds(grace));
    }

    private static Notice advisory(String source, long received) {
        return new Notice.Advisory(NoticeId.of(source), NODE, source, T0.plusSeconds(received));
    }

    private static Notice withdrawal(Notice of, long received) {
        return new Notice.Withdrawal(
                NoticeId.of("withdrawal", of.id().value()), NODE, of.source(), T0.plusSeconds(received), of.id());
    }
}
