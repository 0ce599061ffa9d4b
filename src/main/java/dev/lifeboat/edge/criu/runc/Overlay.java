package dev.lifeboat.edge.criu.runc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;

/// A container's root file system: the image's layers, and over them a folder for everything that it changes.
///
/// What changed travels as a tar of that folder, with deletions (devices 0:0), opaque folders and capabilities as the
/// kernel notes them (Documentation/filesystems/overlayfs.rst), so it means the same over the same layers.
///
/// @param folder holds `rootfs`, `upper` and `work`
/// @param layers the image's, the topmost first
record Overlay(Path folder, List<Path> layers) {
    /// More than this is a volume, not what a container scribbles into its root.
    static final long MOST_BYTES = 1L << 30;

    Overlay {
        layers = List.copyOf(layers);
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("a container needs a root file system: name its layers");
        }
    }

    Path rootfs() {
        return folder.resolve("rootfs");
    }

    private Path upper() {
        return folder.resolve("upper");
    }

    void mount() throws IOException, InterruptedException {
        for (Path layer : layers) {
            if (!Files.isDirectory(layer)) {
                throw new IOException("there is no layer " + layer + " on this node; every node needs the image's");
            }
        }
        Files.createDirectories(rootfs());
        Files.createDirectories(upper());
        Path work = Files.createDirectories(folder.resolve("work"));
        String lower = layers.stream().map(Path::toString).collect(Collectors.joining(":"));
        call(List.of(
                "mount",
                "-t",
                "overlay",
                "overlay",
                "-o",
                "lowerdir=" + lower + ",upperdir=" + upper() + ",workdir=" + work,
                rootfs().toString()));
    }

    boolean isMounted() throws IOException {
        String here = " " + rootfs() + " ";
        try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mounts"))) {
            return mounts.anyMatch(line -> line.contains(here));
        }
    }

    /// Unmounts it, and deletes what was changed.
    void delete() throws IOException, InterruptedException {
        if (isMounted()) {
            call(List.of("umount", rootfs().toString()));
        }
        FileUtils.deleteDirectory(folder.toFile());
    }

    /// The changes as a tar file; everything in the container stands still.
    ///
    /// @throws IOException when they are more than [#MOST_BYTES]
    void pack(Path target) throws IOException, InterruptedException {
        pack(upper(), target);
    }

    /// As [#pack(Path)], of an upper folder that somebody else's overlay has.
    static void pack(Path upper, Path target) throws IOException, InterruptedException {
        long bytes = 0;
        try (Stream<Path> all = Files.walk(upper)) {
            for (Path each : all.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(each);
            }
        }
        if (bytes > MOST_BYTES) {
            throw new IOException("the container has changed " + bytes + " bytes of its root file system, more than "
                    + MOST_BYTES + "; keep large files on a volume");
        }
        tar(List.of("--create", "--file", target.toString(), "--directory", upper.toString(), "."));
    }

    /// Takes up changes that [#pack] wrote, before the mount. GNU tar keeps every path inside the folder: it strips
    /// leading slashes, refuses `..`, and puts links that point outside in place last.
    void unpack(Path changes) throws IOException, InterruptedException {
        Files.createDirectories(upper());
        tar(List.of("--extract", "--file", changes.toString(), "--directory", upper().toString()));
    }

    /// As GNU tar is told of files whose owners, attributes and holes are to be kept.
    static void tar(List<String> what) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                "tar",
                "--numeric-owner",
                "--same-permissions",
                "--sparse",
                "--xattrs",
                "--xattrs-include=*",
                // It names an inode of this node's layers.
                "--xattrs-exclude=trusted.overlay.origin"));
        command.addAll(what);
        call(command);
    }

    private static void call(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        int code = process.waitFor();
        if (code != 0) {
            throw new IOException(command.getFirst() + " ended with " + code + ": " + said);
        }
    }
}
