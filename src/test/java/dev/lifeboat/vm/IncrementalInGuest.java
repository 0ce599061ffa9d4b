package dev.lifeboat.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Provided;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `bench incremental` where CRIU's own pre-dumps can run against ours. All figures are an emulator's: how they
/// stand to each other is what they say. No part of the VM suite, since it takes long: `./lifeboat test --vm-bench`.
final class IncrementalInGuest {
    private static final Duration PATIENCE = Duration.ofMinutes(30);

    private static final Pattern FIGURES = Pattern.compile(
            "pair |medians|lifeboat, |criu (pre-)?dump[, ]|the first |a later |changed |uploaded |notice|drawing ");

    @TempDir
    private Path folder;

    @Test
    void preDumpsOfOursAndOfCriusAloneAreMeasuredInPairs() throws Exception {
        Provided.root();
        var program = List.of(
                "dev.lifeboat.edge.launch.Main",
                "bench",
                "incremental",
                "--size",
                "32m",
                "--pairs",
                "5",
                "--changed",
                "2");
        try (var guest = GuestRun.start(folder, List.of(s3()), program)) {
            guest.succeeds(PATIENCE);
            guest.said("").stream()
                    .filter(line -> FIGURES.matcher(line).lookingAt())
                    .forEach(line -> System.out.println("==== " + line));
            assertThat(guest.said("notice→durable on pre-dumps")).hasSize(1);
        }
    }

    /// Where the S3 server that the bench starts lies.
    private static Path s3() throws Exception {
        return Path.of(Provided.by("provision-s3").split(File.pathSeparator, 2)[0])
                .resolveSibling("");
    }
}
