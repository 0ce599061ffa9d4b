package dev.lifeboat.edge.launch.bench;

import dev.lifeboat.edge.criu.DumpStatistics;
import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;

/// CRIU as anybody would run it from a shell.
///
/// @param binary a CRIU that passes `criu check`
record Criu(Path binary) {
    /// `criu dump --leave-running` with more options.
    ///
    /// @return the largest resident size that was seen
    ByteCount dump(long pid, Path images, List<String> more) throws IOException, InterruptedException {
        var options = new ArrayList<>(more);
        options.add("--leave-running");
        return dumped(pid, images, options);
    }

    /// `criu pre-dump`: the tree runs on, and the kernel notes what it writes from then on.
    void preDump(long pid, Path images) throws IOException, InterruptedException {
        Command.run(List.of(
                binary.toString(),
                "pre-dump",
                "--tree",
                Long.toString(pid),
                "--images-dir",
                images.toString(),
                "--track-mem",
                "--manage-cgroups=ignore",
                "-v2"));
    }

    /// `criu dump`, which kills.
    void dumpAndKill(long pid, Path images) throws IOException, InterruptedException {
        dumped(pid, images, List.of());
    }

    private ByteCount dumped(long pid, Path images, List<String> more) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                binary.toString(),
                "dump",
                "--tree",
                Long.toString(pid),
                "--images-dir",
                images.toString(),
                "--file-locks",
                "--manage-cgroups=ignore",
                "-v2"));
        command.addAll(more);
        return Command.run(command);
    }

    /// `criu restore --restore-detached`; returns once the tree runs.
    void restore(Path images) throws IOException, InterruptedException {
        Command.run(List.of(
                binary.toString(),
                "restore",
                "--images-dir",
                images.toString(),
                "--restore-detached",
                "--file-locks",
                "--manage-cgroups=ignore",
                "-v2"));
    }

    static DumpStatistics statistics(Path images) throws IOException {
        return DumpStatistics.read(images);
    }

    /// Bytes of memory images in a folder.
    static ByteCount pages(Path images) throws IOException {
        try (Stream<Path> files = Files.list(images)) {
            return new ByteCount(
                    files.filter(file -> file.getFileName().toString().startsWith("pages-"))
                            .mapToLong(Criu::bytes)
                            .sum());
        }
    }

    /// Bytes of all files in a folder.
    static ByteCount size(Path images) throws IOException {
        try (Stream<Path> files = Files.list(images)) {
            return new ByteCount(files.mapToLong(Criu::bytes).sum());
        }
    }

    static Path fresh(Path folder) throws IOException {
        FileUtils.deleteDirectory(folder.toFile());
        return Files.createDirectories(folder);
    }

    private static long bytes(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
