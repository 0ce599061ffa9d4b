package dev.lifeboat.edge.criu;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

final class PlatformTest {
    private static final CriuVersion STABLE = new CriuVersion(4, 1, 1);
    private static final CriuVersion NEW = new CriuVersion(4, 2, 0);

    /// AT_HWCAP of a Neoverse V1, as far as it matters: HWCAP_PACA and HWCAP_PACG.
    private static final long SIGNING = 0xc000_0000L;

    @Test
    void aKernelWithLargerPagesIsRefusedBeforeAnythingIsSaved() {
        assertThat(Platform.of(vector(65_536, 0), true).refusal(NEW))
                .hasValueSatisfying(why -> assertThat(why).contains("65536", "4096"));
        assertThat(Platform.of(vector(4_096, 0), true).refusal(NEW)).isEmpty();
    }

    @Test
    void aProcessorThatSignsPointersWantsACriuWhoseRestorerDoesNot() {
        assertThat(Platform.of(vector(4_096, SIGNING), true).refusal(STABLE))
                .hasValueSatisfying(why -> assertThat(why).contains("4.1.1", "4.2"));
        assertThat(Platform.of(vector(4_096, SIGNING), true).refusal(NEW)).isEmpty();
        assertThat(Platform.of(vector(4_096, 0), true).refusal(STABLE)).isEmpty();
    }

    /// The same bit means something else there.
    @Test
    void onX86NoBitOfTheVectorMeansSignedPointers() {
        assertThat(Platform.of(vector(4_096, SIGNING), false).refusal(STABLE)).isEmpty();
    }

    @Test
    void thisMachinesVectorIsRead() throws Exception {
        assertThat(Platform.here().pageBytes()).isBetween(4_096L, 65_536L);
    }

    private static byte[] vector(long page, long capabilities) {
        return ByteBuffer.allocate(6 * Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(16)
                .putLong(capabilities)
                .putLong(6)
                .putLong(page)
                .array();
    }
}
