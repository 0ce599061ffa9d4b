package dev.lifeboat.edge.kubernetes.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class BacklogTest {
    private static final Duration NOW = Duration.ZERO;
    private static final Duration LONG = Duration.ofMinutes(2);

    @Test
    void whatWaitsAlreadyWaitsOnce() throws Exception {
        var backlog = new Backlog<String>(LONG);
        backlog.add("a");
        backlog.add("a");
        assertThat(backlog.size()).isOne();
        assertThat(backlog.take(LONG)).isEqualTo("a");
        assertThat(backlog.take(NOW)).isNull();
    }

    @Test
    void whatWasJustTakenRestsWhileOthersAreTaken() throws Exception {
        var backlog = new Backlog<String>(LONG);
        backlog.add("a");
        assertThat(backlog.take(LONG)).isEqualTo("a");
        backlog.add("a");
        backlog.add("b");
        assertThat(backlog.take(LONG)).isEqualTo("b");
        assertThat(backlog.take(NOW)).isNull();
        assertThat(backlog.size()).isOne();
    }

    @Test
    void afterItsRestItComesAgain() throws Exception {
        var backlog = new Backlog<String>(Duration.ofMillis(1));
        backlog.add("a");
        assertThat(backlog.take(LONG)).isEqualTo("a");
        backlog.add("a");
        assertThat(backlog.take(LONG)).isEqualTo("a");
    }
}
