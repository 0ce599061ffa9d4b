package dev.lifeboat.edge.criu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PageImagesTest {
    private static final MemoryObject SHARED = new MemoryObject(MemoryObject.Kind.SHARED, 7);
    private static final Extent PAGE = new Extent(SHARED, 0x10000, 1);

    @TempDir
    Path folder;

    @Test
    void inALentFolderNothingIsLeftOfThem() throws Exception {
        written().close();
        assertThat(left()).isEmpty();
    }

    @Test
    void whatCannotBeDeletedChangesNothing() throws Exception {
        var images = written();
        Path pages = folder.resolve("pages-1.img");
        Files.delete(pages);
        Files.createDirectories(pages.resolve("in use"));
        images.close();
        assertThat(left()).containsExactly("pages-1.img");
    }

    private PageImages written() throws Exception {
        var sink = new RecordingSink();
        sink.hasParent(SHARED);
        sink.reserve(PAGE).put(new byte[Extent.PAGE_SIZE]);
        sink.commit(PAGE);
        var images = new PageImages(folder, folder, CriuVersion.OLDEST);
        images.write(sink);
        assertThat(left()).containsExactlyInAnyOrder("pagemap-shmem-7.img", "pages-1.img");
        return images;
    }

    private List<String> left() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
