package dev.lifeboat.edge.demo.victim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.nio.LongBuffer;
import org.junit.jupiter.api.Test;

final class RegionTest {
    private static final int PAGES = 101;
    private static final int WORDS = Region.PAGE_BYTES / Long.BYTES;

    private final Region region = new Region(PAGES, 7);

    @Test
    void stayWholeWhileItChanges() {
        assertThatNoException().isThrownBy(() -> {
            for (int i = 0; i < 50; i++) {
                region.churn(13);
                region.verify(29);
            }
        });
        assertThat(region.snapshot().passes()).isEqualTo(50L * 29 / PAGES);
        assertThat(region.snapshot().steps()).isEqualTo(50L * 13);
    }

    @Test
    void comesToTheSameSumFromTheSameStepsHoweverTheyWereTaken() {
        Region other = new Region(PAGES, 7);
        region.churn(250);
        for (int i = 0; i < 250; i++) {
            other.churn(1);
            other.verify(3);
        }
        assertThat(other.snapshot().sum()).isEqualTo(region.snapshot().sum());
    }

    @Test
    void seesOneFlippedBit() {
        LongBuffer words = region.words();
        words.put(40 * WORDS + 300, words.get(40 * WORDS + 300) ^ 1);
        assertBroken("page 40 of generation 0 is torn");
    }

    @Test
    void seesAPageThatWasLost() {
        for (int i = 0; i < WORDS; i++) {
            region.words().put(33 * WORDS + i, 0);
        }
        assertBroken("page 33 holds page 0");
    }

    @Test
    void seesAPageWhoseSecondHalfIsOlder() {
        long[] old = pageOf(region, 5);
        region.churn(PAGES);
        for (int i = WORDS / 2; i < WORDS; i++) {
            region.words().put(5 * WORDS + i, old[i]);
        }
        assertBroken("page 5 of generation 1 is torn");
    }

    @Test
    void seesAStalePageThoughItIsWholeInItself() {
        long[] old = pageOf(region, 5);
        region.churn(PAGES);
        for (int i = 0; i < WORDS; i++) {
            region.words().put(5 * WORDS + i, old[i]);
        }
        assertBroken("page 5 has generation 0, not 1");
    }

    @Test
    void seesAPageInAnotherPagesPlace() {
        long[] other = pageOf(region, 6);
        for (int i = 0; i < WORDS; i++) {
            region.words().put(5 * WORDS + i, other[i]);
        }
        assertBroken("page 5 holds page 6");
    }

    @Test
    void seesAPageForgedToMatchItself() {
        Region forged = new Region(PAGES, 8);
        long[] content = pageOf(forged, 5);
        for (int i = 0; i < WORDS; i++) {
            region.words().put(5 * WORDS + i, content[i]);
        }
        assertBroken("page 5 of generation 0 is torn");
    }

    private void assertBroken(String message) {
        assertThatExceptionOfType(BrokenMemory.class)
                .isThrownBy(() -> region.verify(PAGES))
                .withMessage(message);
    }

    private static long[] pageOf(Region region, int page) {
        long[] content = new long[WORDS];
        region.words().get(page * WORDS, content);
        return content;
    }
}
