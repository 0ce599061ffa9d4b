package dev.lifeboat.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.notice.Rejection;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ListenerTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Letter LETTER = new Letter("ec2-imds", "spot/instance-action", NOW, Payload.of("{}"));

    private final MemoryNoticeLog log = new MemoryNoticeLog();
    private final MemoryDeadLetterLog deadLetters = new MemoryDeadLetterLog();
    private final MemorySpool spool = new MemorySpool(2);
    private final CountingTally tally = new CountingTally();
    private final Listener listener = new Listener(log, deadLetters, spool, tally, InstantSource.fixed(NOW));

    @Test
    void aNoticeSeenTwiceGoesToTheLogOnce() {
        assertThat(accept(preemption("a"), preemption("a"))).containsExactly(Outcome.ACCEPTED, Outcome.DUPLICATE);
        assertThat(accept(preemption("a"))).containsExactly(Outcome.DUPLICATE);

        assertThat(log.appended()).containsExactly(preemption("a"));
        assertThat(tally.count("ec2-imds ACCEPTED")).isEqualTo(1);
        assertThat(tally.count("ec2-imds DUPLICATE")).isEqualTo(2);
        assertThat(tally.count("ec2-imds lagged")).isEqualTo(1);
    }

    @Test
    void aNoticeSeenAgainAfterItsWithdrawalGoesToTheLogAgain() {
        accept(preemption("a"));
        accept(Watch.withdrawal(preemption("a"), NOW));

        assertThat(accept(preemption("a"))).containsExactly(Outcome.ACCEPTED);
        assertThat(log.appended()).hasSize(3);
    }

    @Test
    void whatIsNotOursIsCountedAndSetAside() {
        var outcomes = listener.accept(LETTER, List.of(new Reading.Foreign("i-1"), new Reading.Quiet("test")));

        assertThat(outcomes).containsExactly(Outcome.FOREIGN, Outcome.QUIET);
        assertThat(log.appended()).isEmpty();
        assertThat(deadLetters.appended()).isEmpty();
        assertThat(tally.count("ec2-imds FOREIGN")).isEqualTo(1);
    }

    @Test
    void anUnreadableLetterIsBuriedOnceHoweverOftenItIsRead() {
        var unreadable = new Reading.Unreadable(Rejection.NOT_JSON, "line 1 column 2");
        assertThat(listener.accept(LETTER, List.of(unreadable))).containsExactly(Outcome.DEAD_LETTERED);
        assertThat(listener.accept(LETTER, List.of(unreadable))).containsExactly(Outcome.DUPLICATE);

        assertThat(deadLetters.appended()).singleElement().satisfies(letter -> {
            assertThat(letter.reason()).isEqualTo(Rejection.NOT_JSON);
            assertThat(letter.letter().body()).isEqualTo(Payload.of("{}"));
        });
        assertThat(tally.count("ec2-imds NOT_JSON")).isEqualTo(1);
    }

    @Test
    void aDeadLetterKeepsTheHeadOfALargeBody() {
        var large = new Letter("ec2-imds", "x", NOW, Payload.of(new byte[1 << 20]));
        listener.accept(large, List.of(new Reading.Unreadable(Rejection.TOO_LARGE, "x".repeat(10_000))));

        assertThat(deadLetters.appended()).singleElement().satisfies(letter -> {
            assertThat(letter.letter().body().length()).isEqualTo(DeadLetter.MAX_BODY);
            assertThat(letter.length()).isEqualTo(1 << 20);
            assertThat(letter.detail()).hasSizeLessThanOrEqualTo(500);
        });
    }

    @Test
    void withTheLogOutOfReachNoticesWaitInTheSpoolAndFollowOnce() {
        log.cutOff();
        assertThat(accept(preemption("a"))).containsExactly(Outcome.SPOOLED);
        assertThat(accept(preemption("a"), preemption("b"))).containsExactly(Outcome.SPOOLED, Outcome.SPOOLED);
        assertThat(listener.catchUp()).isZero();

        log.reconnect();
        assertThat(listener.catchUp()).isEqualTo(2);
        assertThat(listener.catchUp()).isZero();
        assertThat(log.appended()).containsExactly(preemption("a"), preemption("b"));
        assertThat(accept(preemption("a"))).containsExactly(Outcome.DUPLICATE);
    }

    @Test
    void whatIsGivenAgainWhileTheLogIsOutOfReachWaitsBehindItsWithdrawal() {
        var roomy = new MemorySpool(9);
        var cutOff = new Listener(log, deadLetters, roomy, tally, InstantSource.fixed(NOW));
        Notice known = preemption("known");
        cutOff.accept(LETTER, List.of(new Reading.Understood(known)));
        log.cutOff();
        Notice fresh = preemption("fresh");
        List<Notice> said =
                List.of(fresh, Watch.withdrawal(fresh, NOW), fresh, fresh, Watch.withdrawal(known, NOW), known, known);
        said.forEach(notice -> cutOff.accept(LETTER, List.of(new Reading.Understood(notice))));

        assertThat(roomy.waiting())
                .containsExactly(fresh, Watch.withdrawal(fresh, NOW), fresh, Watch.withdrawal(known, NOW), known);
        log.reconnect();
        assertThat(cutOff.catchUp()).isEqualTo(5);
    }

    @Test
    void withTheSpoolFullTheSourceIsNotToldThatWeHaveIt() {
        log.cutOff();
        accept(preemption("a"));
        accept(preemption("b"));

        assertThat(accept(preemption("c"))).containsExactly(Outcome.REFUSED);
        log.reconnect();
        assertThat(accept(preemption("c"))).containsExactly(Outcome.ACCEPTED);
    }

    @Test
    void aRestartedListenerFindsWhatIsInTheSpool() {
        log.cutOff();
        accept(preemption("a"));
        var restarted = new Listener(log, deadLetters, spool, tally, InstantSource.fixed(NOW));
        restarted.accept(LETTER, List.of(new Reading.Understood(preemption("a"))));

        assertThat(spool.waiting()).hasSize(1);
    }

    private List<Outcome> accept(Notice... notices) {
        return listener.accept(
                LETTER,
                Arrays.stream(notices).<Reading>map(Reading.Understood::new).toList());
    }

    private static Notice preemption(String mark) {
        return new Notice.Preemption(
                NoticeId.of(mark), new NodeName("node-a"), "ec2-imds", NOW, NOW.plusSeconds(120), Action.TERMINATE);
    }
}
