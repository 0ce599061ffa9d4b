package dev.lifeboat.edge.criu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PagesFileTest {
    private static final MemoryObject TASK = new MemoryObject(MemoryObject.Kind.TASK, 7);
    private static final int PAGE = Extent.PAGE_SIZE;

    /// Two that touch, and one that stands apart.
    private static final List<Extent> EXTENTS =
            List.of(new Extent(TASK, 0x10000, 1), new Extent(TASK, 0x10000 + PAGE, 2), new Extent(TASK, 0x40000, 1));

    @TempDir
    Path folder = Path.of("/");

    @Test
    void pagesLieWhereTheirExtentBeginsAndWhatNeverCameIsZero() throws Exception {
        try (var file = new PagesFile(folder.resolve("pages"), EXTENTS)) {
            file.put(0x40000, pages(4));
            file.put(0x10000 + 2L * PAGE, pages(3));
        }
        assertThat(Files.readAllBytes(folder.resolve("pages"))).isEqualTo(content(0, 0, 3, 4));
    }

    @Test
    void aRunMayLieInExtentsThatTouch() throws Exception {
        try (var file = new PagesFile(folder.resolve("pages"), EXTENTS)) {
            file.put(0x10000, pages(1, 2, 3));
        }
        assertThat(Files.readAllBytes(folder.resolve("pages"))).isEqualTo(content(1, 2, 3, 0));
    }

    @Test
    void pagesOutsideOfEveryExtentAreRefused() throws Exception {
        try (var file = new PagesFile(folder.resolve("pages"), EXTENTS)) {
            for (long address : new long[] {0, 0x10000 - PAGE, 0x10000 + 3L * PAGE, 0x40000 + PAGE}) {
                assertThatThrownBy(() -> file.put(address, pages(9)))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining(Long.toHexString(address));
            }
        }
    }

    private static ByteBuffer pages(int... values) {
        return ByteBuffer.wrap(content(values));
    }

    private static byte[] content(int... values) {
        byte[] bytes = new byte[values.length * PAGE];
        for (int page = 0; page < values.length; page++) {
            Arrays.fill(bytes, page * PAGE, (page + 1) * PAGE, (byte) values[page]);
        }
        return bytes;
    }
}
