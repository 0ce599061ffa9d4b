package dev.lifeboat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.checkpoint.Extent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What every way to read running memory must do.
public abstract class LiveMemoryContract {
    protected abstract LiveMemory memory();

    /// A process that runs and has `pages` somewhere, each page filled with one word many times.
    protected abstract long running(List<Long> words) throws Exception;

    /// A process that has ended.
    protected abstract long ended() throws Exception;

    @Test
    void findsEveryPageThatATreeHasTouched() throws Exception {
        var words = List.of(0x1122334455667788L, 0x2233445566778899L, 0x33445566778899AAL);
        long pid = running(words);

        assertThat(firstWords(pid)).containsAll(words);
    }

    @Test
    void windowsAndExtentsAreNoLongerThanPromised() throws Exception {
        long pid = running(List.of(1L));
        try (var view = memory().view(pid)) {
            assertThat(view.windows()).isNotEmpty().allSatisfy(window -> {
                assertThat(window.length()).isLessThanOrEqualTo(LiveMemory.LONGEST_WINDOW);
                long end = window.startAddress();
                for (Extent extent : view.present(window)) {
                    assertThat(extent.owner()).isEqualTo(window.owner());
                    assertThat(extent.length()).isLessThanOrEqualTo(PageSink.LONGEST_EXTENT);
                    assertThat(extent.startAddress()).isGreaterThanOrEqualTo(end);
                    end = extent.startAddress() + extent.length();
                }
                assertThat(end).isLessThanOrEqualTo(window.startAddress() + window.length());
            });
        }
    }

    @Test
    void whatHasEndedHasNothing() throws Exception {
        assertThat(firstWords(ended())).isEmpty();
    }

    private List<Long> firstWords(long pid) {
        var words = new ArrayList<Long>();
        var target = ByteBuffer.allocateDirect(PageSink.LONGEST_EXTENT);
        try (var view = memory().view(pid)) {
            for (Extent window : view.windows()) {
                for (Extent extent : view.present(window)) {
                    long pages = view.read(extent, target);
                    for (int page = 0; page < pages; page++) {
                        words.add(target.getLong(page * Extent.PAGE_SIZE));
                    }
                }
            }
        }
        return words;
    }
}
