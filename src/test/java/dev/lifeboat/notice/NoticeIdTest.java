package dev.lifeboat.notice;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class NoticeIdTest {
    @Test
    void theSameFactsHaveTheSameId() {
        assertThat(NoticeId.of("preemption", "node-a")).isEqualTo(NoticeId.of("preemption", "node-a"));
        assertThat(NoticeId.of("preemption", "node-a").value()).hasSize(32);
    }

    @Test
    void whereAFactEndsCounts() {
        assertThat(NoticeId.of("a", "bc")).isNotEqualTo(NoticeId.of("ab", "c"));
        assertThat(NoticeId.of("a")).isNotEqualTo(NoticeId.of("a", ""));
    }
}
