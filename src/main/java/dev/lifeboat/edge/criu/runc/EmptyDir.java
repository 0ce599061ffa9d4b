package dev.lifeboat.edge.criu.runc;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/// A volume that a pod begins with empty, on the node: a folder of its disk, or a tmpfs mounted there.
///
/// @param name in the pod's spec
record EmptyDir(String name, Path folder) {
    /// The runtime's wrapper finds the files of a volume by this, with the name between the two.
    private static final String ARCHIVE = "lifeboat-volume-";

    private static final String SUFFIX = ".tar";

    /// What an archive takes for each file beside its content, at most: two heads, its times, and the end of the last
    /// block (tar(5)).
    static final long BESIDE = 2_048;

    /// What [#weigh] has seen.
    ///
    /// @param bytes that an archive of it takes
    /// @param files and folders
    record Weight(long bytes, long files) {}

    /// Looks no further once either is exceeded. What comes and goes meanwhile may be counted or not.
    Weight weigh(Weight most) throws IOException {
        var visitor = new SimpleFileVisitor<Path>() {
            private long bytes;
            private long files;

            @Override
            public FileVisitResult preVisitDirectory(Path below, BasicFileAttributes attributes) {
                return count(0);
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                return count(attributes.isRegularFile() ? attributes.size() : 0);
            }

            @Override
            public FileVisitResult visitFileFailed(Path gone, IOException why) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path below, IOException changed) {
                return FileVisitResult.CONTINUE;
            }

            private FileVisitResult count(long more) {
                bytes += more + BESIDE;
                files++;
                return bytes > most.bytes || files > most.files ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
            }
        };
        Files.walkFileTree(folder, visitor);
        return new Weight(visitor.bytes, visitor.files);
    }

    /// Whether this node's agent sees it.
    boolean isHere() {
        return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS);
    }

    /// All that is in it, beside CRIU's images; nobody writes to it meanwhile. Sockets are CRIU's to make again.
    void pack(Path images) throws IOException, InterruptedException {
        String archive = images.resolve(ARCHIVE + name + SUFFIX).toString();
        Overlay.tar(List.of("--create", "--one-file-system", "--file", archive, "--directory", folder.toString(), "."));
    }
}
