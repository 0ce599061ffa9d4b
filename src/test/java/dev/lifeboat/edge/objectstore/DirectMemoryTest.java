package dev.lifeboat.edge.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.quantity.ByteCount;
import org.junit.jupiter.api.Test;

final class DirectMemoryTest {
    private static final ByteCount PARTS = ByteCount.ofMebi(120);

    @Test
    void whatIsWantedIsGivenWhereTheJvmHasIt() {
        assertThat(DirectMemory.forPages(ByteCount.ofMebi(1024), ByteCount.ofMebi(2048), PARTS))
                .isEqualTo(ByteCount.ofMebi(1024));
    }

    @Test
    void aSmallJvmLeavesRoomForPartsAndSockets() {
        assertThat(DirectMemory.forPages(ByteCount.ofMebi(1024), ByteCount.ofMebi(512), PARTS))
                .isEqualTo(ByteCount.ofMebi(512 - 120 - 64));
    }

    @Test
    void aTinyJvmStillGetsOneChunk() {
        assertThat(DirectMemory.forPages(ByteCount.ofMebi(1024), ByteCount.ofMebi(64), PARTS))
                .isEqualTo(new ByteCount(LayerWriter.CHUNK_BYTES));
    }

    @Test
    void thisJvmSaysWhatItGrants() {
        assertThat(DirectMemory.most().bytes()).isPositive();
    }
}
