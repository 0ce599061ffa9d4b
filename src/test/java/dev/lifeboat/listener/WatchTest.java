package dev.lifeboat.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WatchTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Notice ONE = new Notice.Advisory(NoticeId.of("one"), new NodeName("node-a"), "ec2-imds", NOW);

    private final Watch watch = new Watch(3);

    @Test
    void aNoticeIsWithdrawnOnceItIsGoneForEnoughLooks() {
        assertThat(watch.saw(List.of(ONE), NOW)).containsExactly(ONE);
        assertThat(watch.saw(List.of(), NOW)).isEmpty();
        assertThat(watch.saw(List.of(), NOW)).isEmpty();
        assertThat(watch.saw(List.of(), NOW))
                .singleElement()
                .isInstanceOfSatisfying(
                        Notice.Withdrawal.class,
                        withdrawal -> assertThat(withdrawal.withdrawn()).isEqualTo(ONE.id()));
        assertThat(watch.saw(List.of(), NOW)).isEmpty();
    }

    @Test
    void aMomentWithoutItIsNotEnough() {
        watch.saw(List.of(ONE), NOW);
        for (int i = 0; i < 10; i++) {
            assertThat(watch.saw(List.of(), NOW)).isEmpty();
            assertThat(watch.saw(List.of(), NOW)).isEmpty();
            assertThat(watch.saw(List.of(ONE), NOW)).containsExactly(ONE);
        }
    }

    @Test
    void nothingAnnouncedIsNothingSaid() {
        for (int i = 0; i < 10; i++) {
            assertThat(watch.saw(List.of(), NOW)).isEmpty();
        }
    }
}
