package dev.lifeboat.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What every spool does.
public abstract class SpoolContract {
    protected static final int ROOM = 3;

    /// An empty spool with room for [#ROOM].
    protected abstract Spool spool();

    @Test
    void keepsTheOrder() {
        Spool spool = spool();
        assertThat(spool.keep(List.of(notice(1)))).isTrue();
        assertThat(spool.keep(List.of(notice(2), notice(3)))).isTrue();

        assertThat(spool.waiting()).containsExactly(notice(1), notice(2), notice(3));
    }

    @Test
    void takesAllOrNothing() {
        Spool spool = spool();
        spool.keep(List.of(notice(1), notice(2)));

        assertThat(spool.keep(List.of(notice(3), notice(4)))).isFalse();
        assertThat(spool.waiting()).containsExactly(notice(1), notice(2));
    }

    @Test
    void releasesTheOldest() {
        Spool spool = spool();
        spool.keep(List.of(notice(1), notice(2), notice(3)));
        spool.release(2);

        assertThat(spool.waiting()).containsExactly(notice(3));
        assertThat(spool.keep(List.of(notice(4), notice(5)))).isTrue();
    }

    protected static Notice notice(int mark) {
        return new Notice.Advisory(
                NoticeId.of("" + mark), new NodeName("node-a"), "ec2-imds", Instant.parse("2026-01-01T00:00:00Z"));
    }
}
