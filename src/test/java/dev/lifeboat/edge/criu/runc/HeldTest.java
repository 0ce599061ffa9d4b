package dev.lifeboat.edge.criu.runc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the wrapper makes of it is `oci-wrapper/held_test.go`'s.
final class HeldTest {
    private static final Instant UNTIL = Instant.ofEpochSecond(1_795_000_000);

    @TempDir
    Path folder;

    @Test
    void theWordStandsFromItsBeginningToItsEndAndNoLonger() throws Exception {
        try (var _ = Held.begin(folder, "abc", List.of("cat", "/tmp/well"), UNTIL)) {
            assertThat(folder.resolve("abc.held"))
                    .hasContent("{\"args\":[\"cat\",\"/tmp/well\"],\"untilEpochSeconds\":1795000000}");
        }
        assertThat(left()).isEmpty();
    }

    @Test
    void onlyWhatNobodyHoldsIsSweptAway() throws Exception {
        Files.createFile(folder.resolve("dead.held"));
        Files.createFile(folder.resolve("dead.held.draft"));
        Files.createFile(folder.resolve("r-1.go"));
        try (var _ = Held.begin(folder, "abc", List.of("cat"), UNTIL)) {
            Held.sweep(folder);

            assertThat(left()).containsExactlyInAnyOrder("abc.held", "r-1.go");
        }
    }

    private List<String> left() throws Exception {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(each -> each.getFileName().toString()).toList();
        }
    }
}
