package dev.lifeboat.edge.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileNotebookTest {
    private static final Notice ONE = advisory("1");
    private static final Notice OTHER = advisory("2");

    @TempDir
    private Path folder;

    private static Notice advisory(String id) {
        return new Notice.Advisory(
                NoticeId.of(id), new NodeName("node-a"), "gce", Instant.parse("2026-01-01T00:00:00Z"));
    }

    @Test
    void whatWasNotedLastIsKnownAfterARestart() throws Exception {
        Path file = folder.resolve("announced");
        var before = new FileNotebook(file);
        before.note("gce", "instance/preempted", List.of(ONE));
        before.note("gce", "instance/maintenance-event", List.of(ONE));
        before.note("gce", "instance/maintenance-event", List.of(OTHER));
        before.note("azure", "scheduledevents", List.of(ONE));
        before.note("azure", "scheduledevents", List.of());

        var after = new FileNotebook(file);
        assertThat(after.announced("gce", "instance/preempted")).containsExactly(ONE);
        assertThat(after.announced("gce", "instance/maintenance-event")).containsExactly(OTHER);
        assertThat(after.announced("azure", "scheduledevents")).isEmpty();
        assertThat(after.announced("azure", "unheard-of")).isEmpty();
    }

    @Test
    void aTornLineIsPassedOver() throws Exception {
        Path file = folder.resolve("announced");
        new FileNotebook(file).note("gce", "instance/preempted", List.of(ONE));
        Files.writeString(file, "gce:instance/maint", StandardOpenOption.APPEND);

        assertThat(new FileNotebook(file).announced("gce", "instance/preempted"))
                .containsExactly(ONE);
    }

    @Test
    void withoutADiskItGoesOn() throws Exception {
        var notebook = new FileNotebook(folder.resolve("missing").resolve("announced"));
        notebook.note("gce", "instance/preempted", List.of(ONE));

        assertThat(notebook.announced("gce", "instance/preempted")).containsExactly(ONE);
    }
}
