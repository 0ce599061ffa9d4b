package dev.lifeboat.edge.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.listener.Spool;
import dev.lifeboat.listener.SpoolContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileSpoolTest extends SpoolContract {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path dir;

    @Override
    protected Spool spool() {
        try {
            return new FileSpool(dir.resolve("deep/er/spool"), ROOM);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whatIsKeptSurvivesARestart() {
        spool().keep(List.of(notice(1), notice(2)));
        spool().release(1);

        assertThat(spool().waiting()).containsExactly(notice(2));
    }

    @Test
    void aTornLineIsPassedOver() throws Exception {
        spool().keep(List.of(notice(1)));
        Files.write(
                dir.resolve("deep/er/spool"),
                "{\"v\":1,\"ty".getBytes(StandardCharsets.UTF_8),
                StandardOpenOption.APPEND);

        assertThat(spool().waiting()).containsExactly(notice(1));
        assertThat(spool().keep(List.of(notice(2)))).isTrue();
        assertThat(spool().waiting()).containsExactly(notice(1), notice(2));
    }

    @Test
    void aDiskThatCannotBeWrittenKeepsNothing() throws Exception {
        Spool spool = spool();
        Files.delete(dir.resolve("deep/er/spool"));
        Files.createDirectory(dir.resolve("deep/er/spool"));

        assertThat(spool.keep(List.of(notice(1)))).isFalse();
        assertThat(spool.waiting()).isEmpty();
    }
}
