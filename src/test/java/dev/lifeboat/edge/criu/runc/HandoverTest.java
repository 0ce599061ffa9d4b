package dev.lifeboat.edge.criu.runc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HandoverTest {
    private static final String DEAD = "r-00000000-1111-2222-3333-444444444444";
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @TempDir
    Path folder;

    @Test
    void whatADeadAgentLeftIsDeletedButForTheWordsToTheWrapper() throws Exception {
        Files.createFile(folder.resolve(DEAD + ".agent"));
        images(DEAD);
        images(DEAD + ".draft");
        Files.createFile(folder.resolve(DEAD + ".done"));
        Files.createFile(folder.resolve(DEAD + ".go"));
        Handover.sweep(folder, NOW);
        assertThat(left()).containsExactlyInAnyOrder(DEAD + ".done", DEAD + ".go");
    }

    @Test
    void whatALivingAgentNeedsStays() throws Exception {
        var living = Handover.begin(folder);
        images(living.name());
        Handover.sweep(folder, NOW);
        assertThat(left()).containsExactlyInAnyOrder(living.name(), living.name() + ".agent");
        living.clear();
        assertThat(left()).isEmpty();
    }

    @Test
    void whatAWrapperHasTakenIsDeletedOnceNobodyCanBeReadingIt() throws Exception {
        images(DEAD + ".taken");
        age(DEAD + ".taken", Duration.ofMinutes(10));
        Handover.sweep(folder, NOW);
        assertThat(left()).containsExactly(DEAD + ".taken");
        age(DEAD + ".taken", Duration.ofMinutes(10).plusMillis(1));
        Handover.sweep(folder, NOW);
        assertThat(left()).isEmpty();
    }

    @Test
    void aRestoreIsLostWithItsAgentUnlessItRan() throws Exception {
        assertThat(Handover.isLost(folder, DEAD)).as("nothing is there").isTrue();
        Files.createFile(folder.resolve(DEAD + ".agent"));
        Files.createFile(folder.resolve(DEAD + ".restored"));
        assertThat(Handover.isLost(folder, DEAD)).as("its agent is dead").isTrue();
        Files.createFile(folder.resolve(DEAD + ".done"));
        assertThat(Handover.isLost(folder, DEAD)).as("it ran").isFalse();

        var living = Handover.begin(folder);
        assertThat(Handover.isLost(folder, living.name())).as("its agent lives").isFalse();
        living.clear();
        assertThat(Handover.isLost(folder, "nightly")).as("somebody's own").isFalse();
    }

    @Test
    void whatSomebodyPutThereByHandStays() throws Exception {
        images("nightly");
        images("r-nightly");
        Handover.sweep(folder, NOW);
        assertThat(left()).containsExactlyInAnyOrder("nightly", "r-nightly");
    }

    @Test
    void aFolderThatIsNotThereIsEmpty() {
        Handover.sweep(folder.resolve("none"), NOW);
        assertThat(folder.resolve("none")).doesNotExist();
    }

    private void images(String name) throws IOException {
        Path images = Files.createDirectories(folder.resolve(name));
        Files.writeString(images.resolve("pages-1.img"), "pages");
    }

    private void age(String name, Duration age) throws IOException {
        Files.setLastModifiedTime(folder.resolve(name), FileTime.from(NOW.minus(age)));
    }

    private List<String> left() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(file -> file.getFileName().toString()).toList();
        }
    }
}
