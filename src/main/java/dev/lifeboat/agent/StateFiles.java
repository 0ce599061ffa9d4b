package dev.lifeboat.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/// The files of a folder that travel with a checkpoint: regular files only, under names that stay inside the folder.
final class StateFiles {
    /// More files than this are a volume, not a workload's state.
    static final int MAX_FILES = 10_000;

    private StateFiles() {}

    /// The regular files under `folder`, relative to it, sorted; none if it is not there.
    ///
    /// @throws IllegalStateException naming what cannot travel: a link, socket, pipe or device, or too many files
    static List<Path> in(Path folder) {
        var found = new ArrayList<Path>();
        if (!Files.exists(folder)) {
            return found;
        }
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (!attributes.isRegularFile()) {
                        throw new IllegalStateException(
                                file + " is not a regular file, so it cannot travel with the checkpoint; keep links,"
                                        + " sockets and devices out of the workload's folder");
                    }
                    if (found.size() == MAX_FILES) {
                        throw new IllegalStateException(folder + " holds more than " + MAX_FILES + " files; keep what"
                                + " need not travel with the checkpoint out of the workload's folder");
                    }
                    found.add(folder.relativize(file));
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        found.sort(null);
        return found;
    }

    /// Where `name` belongs under `folder`, with the folders above it made and anything old at its place removed.
    ///
    /// @throws CorruptCheckpoint when the name leaves the folder, or a link stands in its way
    static Path place(Path folder, String name) {
        Path target = folder.resolve(name).normalize();
        if (!target.startsWith(folder) || target.equals(folder)) {
            throw new CorruptCheckpoint("the checkpoint names a file outside its folder: " + name);
        }
        try {
            Files.createDirectories(folder);
            Path step = folder;
            for (Path part : folder.relativize(target.getParent())) {
                step = part.toString().isEmpty() ? step : step.resolve(part);
                if (Files.isSymbolicLink(step)) {
                    throw new CorruptCheckpoint("a link stands in the way of " + name + ": " + step);
                }
                if (!Files.isDirectory(step, LinkOption.NOFOLLOW_LINKS)) {
                    Files.createDirectory(step);
                }
            }
            Files.deleteIfExists(target);
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Deletes what can be deleted, when an errand is over. What stays costs memory; the errand's answer costs
    /// more if it is lost.
    static void clear(Path folder) {
        try {
            delete(folder);
        } catch (UncheckedIOException stays) {
            // Whoever needs a folder of this name deletes it first, and says why it cannot.
        }
    }

    /// Deletes what can be deleted of what is in it. The folder itself is there all the while.
    static void empty(Path folder) {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (var inside = Files.list(folder)) {
            inside.forEach(StateFiles::clear);
        } catch (IOException stays) {
            // As above.
        }
    }

    static void delete(Path folder) {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path dir, IOException failed) throws IOException {
                    Files.delete(dir);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
