package dev.lifeboat.notice;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class PlausibilityTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Plausibility RULE = new Plausibility(Duration.ofMinutes(1), Duration.ofHours(1));

    @Test
    void aDeadlinePassedByNoMoreThanTheSkewIsBelieved() {
        assertThat(RULE.objection(NOW.minusSeconds(60), NOW)).isEmpty();
        assertThat(RULE.objection(NOW.minusSeconds(60).minusMillis(1), NOW)).contains(Rejection.PAST_DEADLINE);
    }

    @Test
    void aDeadlineBeyondTheHorizonIsNot() {
        assertThat(RULE.objection(NOW.plusSeconds(3600), NOW)).isEmpty();
        assertThat(RULE.objection(NOW.plusSeconds(3600).plusMillis(1), NOW)).contains(Rejection.DEADLINE_TOO_FAR);
    }

    @Test
    void theYear9999DoesNotOverflow() {
        assertThat(RULE.objection(Instant.parse("9999-12-31T23:59:59Z"), NOW)).contains(Rejection.DEADLINE_TOO_FAR);
        assertThat(RULE.objection(Instant.MIN, NOW)).contains(Rejection.PAST_DEADLINE);
        assertThat(RULE.objection(Instant.MAX, NOW)).contains(Rejection.DEADLINE_TOO_FAR);
    }
}
