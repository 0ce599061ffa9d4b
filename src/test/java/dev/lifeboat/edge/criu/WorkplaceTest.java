package dev.lifeboat.edge.criu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WorkplaceTest {
    /// Nobody can delete anything there (proc(5)).
    private static final Path STAYS = Path.of("/proc/self/attr");

    @TempDir
    private Path scratch;

    @Test
    void itIsGoneAfterwardsWithAllThatIsInIt() throws Exception {
        Path folder;
        try (var work = Workplace.in(scratch, "dump-")) {
            folder = work.folder();
            Files.writeString(folder.resolve("log"), "something");
        }
        assertThat(folder).doesNotExist();
    }

    @Test
    void whatCameOfTheErrandCountsThoughItStays() {
        assertThat(errand()).isEqualTo("restored");
        assertThat(STAYS).exists();
    }

    private static String errand() {
        try (var _ = new Workplace(STAYS)) {
            return "restored";
        }
    }

    @Test
    void theFirstErrorIsTheOneThatIsTold() {
        assertThatThrownBy(() -> {
                    try (var _ = new Workplace(STAYS)) {
                        throw new IOException("the dump failed");
                    }
                })
                .hasMessage("the dump failed")
                .hasNoSuppressedExceptions();
    }
}
