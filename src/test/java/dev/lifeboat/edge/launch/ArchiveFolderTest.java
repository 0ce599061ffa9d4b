package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.kubernetes.Kubelet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Memory in clear must not stay on a node's disk.
final class ArchiveFolderTest {
    private static final Kubelet.Container COUNT = new Kubelet.Container("lab", "pi-0", "count");

    @TempDir
    private Path folder;

    @TempDir
    private Path state;

    private Instant now = Instant.parse("2026-11-21T12:00:00.700Z");

    @SuppressWarnings("NullAway.Init") // set before each test
    private ArchiveFolder archives;

    @BeforeEach
    void open() throws IOException {
        archives = folder();
    }

    @Test
    void whatComesOfACallThatWasGivenUpGoesHoweverLateItComes() throws Exception {
        var call = archives.calling(COUNT);
        Path half = written(COUNT, now);
        later(Duration.ofSeconds(30));

        archives.gaveUp(call);
        assertThat(half).doesNotExist();

        // The runtime had not heard that nobody waits any more.
        Files.createFile(half);
        later(Duration.ofMinutes(10));
        archives.tidy();
        assertThat(half).doesNotExist();
    }

    @Test
    void whatAnEarlierLifeHadAskedForGoesWhenTheNextOneStarts() throws Exception {
        archives.calling(COUNT);
        Path orphan = written(COUNT, now);
        later(Duration.ofMinutes(20));

        folder();

        assertThat(orphan).doesNotExist();
    }

    @Test
    void whatWasTakenIsLeftToWhoTookIt() throws Exception {
        var call = archives.calling(COUNT);
        Path archive = written(COUNT, now);

        archives.took(call, archive);
        later(Duration.ofMinutes(30));
        archives.tidy();

        assertThat(archive).exists();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(archive)))
                .isEqualTo("rw-------");
    }

    @Test
    void anArchiveThatIsBeingWrittenIsNotThatOfTheCallBefore() throws Exception {
        archives.gaveUp(archives.calling(COUNT));
        var again = archives.calling(COUNT);
        Path archive = written(COUNT, now);

        archives.tidy();
        assertThat(archive).as("the kubelet has not answered").exists();

        archives.took(again, archive);
        archives.tidy();
        assertThat(archive).as("it is being read").exists();
    }

    @Test
    void othersArchivesAreLeftAlone() throws Exception {
        Path before = written(COUNT, now.minusSeconds(5));
        Path sibling = written(new Kubelet.Container("lab", "pi-0", "count-2"), now);
        Path after = written(COUNT, now.plusSeconds(90));
        Path unnamed = Files.createFile(folder.resolve("forensics.tar"));
        var call = archives.calling(COUNT);
        later(Duration.ofMinutes(2));

        archives.gaveUp(call);

        assertThat(before).exists();
        assertThat(sibling).exists();
        assertThat(after).exists();
        assertThat(unnamed).exists();
    }

    @Test
    void namesAreUnderstoodInWhateverZoneTheNodeIs() throws Exception {
        var call = archives.calling(COUNT);
        Path archive = Files.createFile(
                folder.resolve("checkpoint-pi-0_lab-count-" + rfc3339(now, ZoneOffset.ofHours(2)) + ".tar"));

        assertThat(archives.here("/var/lib/kubelet/checkpoints/" + archive.getFileName()))
                .contains(archive);
        archives.gaveUp(call);

        assertThat(archive).doesNotExist();
    }

    @Test
    void aFileThatNoKubeletWouldNameIsNotOpened() throws Exception {
        Files.createFile(folder.resolve("token"));
        Path link = folder.resolve("checkpoint-pi-0_lab-count-2026-11-21T12:00:00Z.tar");
        Files.createSymbolicLink(link, folder.resolve("token"));

        assertThat(archives.here("../token")).isEmpty();
        assertThat(archives.here("token")).isEmpty();
        assertThat(archives.here(link.toString())).isEmpty();
    }

    @Test
    void nothingIsKeptOfCallsThatAreLongOver() throws Exception {
        archives.gaveUp(archives.calling(COUNT));
        later(Duration.ofMinutes(11));

        archives.tidy();

        assertThat(state.resolve("archives")).isEmptyDirectory();
    }

    private ArchiveFolder folder() throws IOException {
        InstantSource clock = () -> now;
        return new ArchiveFolder(folder, 1L << 30, state.resolve("archives"), clock);
    }

    private void later(Duration by) {
        now = now.plus(by);
    }

    private Path written(Kubelet.Container of, Instant at) throws IOException {
        return Files.createFile(folder.resolve("checkpoint-" + of.pod() + "_" + of.namespace() + "-" + of.name() + "-"
                + rfc3339(at, ZoneOffset.UTC) + ".tar"));
    }

    /// As Go does.
    private static String rfc3339(Instant at, ZoneOffset zone) {
        return DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssXXX").format(OffsetDateTime.ofInstant(at, zone));
    }
}
