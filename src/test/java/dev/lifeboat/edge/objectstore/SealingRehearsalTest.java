package dev.lifeboat.edge.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SealingRehearsalTest {
    @Test
    void opensWhatItHasSealed() {
        assertThat(SealingRehearsal.run()).isEqualTo(5_000);
    }
}
