package dev.lifeboat.edge.containerd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Files of this image put on a node, where nothing of the image is: a program brings its libraries along, and is
/// started through its own ld.so(8).
///
/// Each is replaced as a whole or not at all: a restore may be reading it.
///
/// @param root where the node's root file system is to be seen here
/// @param folder on the node, ours alone
record NodeFiles(Path root, Path folder) {
    /// `  libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f…)`, as `ld.so --list` says it.
    private static final Pattern LIBRARY = Pattern.compile("\\s(/\\S+) \\(0x");

    private static final long LISTING_SECONDS = 60;
    private static final Set<PosixFilePermission> A_PROGRAMS = PosixFilePermissions.fromString("rwxr-xr-x");
    private static final Set<PosixFilePermission> A_TEXTS = PosixFilePermissions.fromString("rw-r--r--");

    /// On the node, what was put at `bin/NAME`.
    Path program(String name) {
        return folder.resolve("bin").resolve(name);
    }

    /// Puts a program there that needs nothing.
    void alone(Path program) throws IOException {
        copy(program, program(name(program)));
    }

    /// Puts a program there that is linked to others' libraries.
    void withLibraries(Path program) throws IOException, InterruptedException {
        Path own = folder.resolve(name(program));
        Path loader = loader();
        copy(program, own.resolve(name(program)));
        copy(loader, own.resolve(name(loader)));
        for (Path library : libraries(loader, program)) {
            copy(library, own.resolve("lib").resolve(name(library)));
        }
        write(program(name(program)), A_PROGRAMS, """
                #!/bin/sh
                exec %s --library-path %s %s "$@"
                """.formatted(
                        own.resolve(name(loader)), own.resolve("lib"), own.resolve(name(program))));
    }

    /// Writes a file of the node's, for those to read who might before.
    ///
    /// @return whether it was another one before
    boolean write(Path file, String words) throws IOException {
        Path here = here(file);
        return write(file, Files.exists(here) ? Files.getPosixFilePermissions(here) : A_TEXTS, words);
    }

    private boolean write(Path file, Set<PosixFilePermission> permissions, String words) throws IOException {
        Path draft = draft(file);
        Files.writeString(draft, words);
        return replace(draft, permissions, here(file));
    }

    /// Where a file of the node's is to be found here.
    Path here(Path file) {
        return root.resolve(Path.of("/").relativize(file));
    }

    private void copy(Path from, Path file) throws IOException {
        Path draft = draft(file);
        Files.copy(from, draft, StandardCopyOption.REPLACE_EXISTING);
        replace(draft, A_PROGRAMS, here(file));
    }

    private Path draft(Path file) throws IOException {
        Path here = here(file);
        Files.createDirectories(here.resolveSibling(""));
        return here.resolveSibling(here.getFileName() + ".new");
    }

    private static boolean replace(Path draft, Set<PosixFilePermission> permissions, Path target) throws IOException {
        if (Files.exists(target) && Files.mismatch(draft, target) < 0) {
            Files.delete(draft);
            return false;
        }
        Files.setPosixFilePermissions(draft, permissions);
        Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
        return true;
    }

    /// Of this image, whose programs are all of one architecture.
    private static Path loader() throws IOException {
        for (Path folder : List.of(Path.of("/lib64"), Path.of("/lib"))) {
            if (!Files.isDirectory(folder)) {
                continue;
            }
            try (Stream<Path> files = Files.list(folder)) {
                var found =
                        files.filter(file -> name(file).startsWith("ld-linux")).findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
            }
        }
        throw new IOException("no ld-linux*.so in /lib64 and /lib: this is no image that .ci/image has built");
    }

    private static List<Path> libraries(Path loader, Path program) throws IOException, InterruptedException {
        Process list = new ProcessBuilder(loader.toString(), "--list", program.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(list.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!list.waitFor(LISTING_SECONDS, TimeUnit.SECONDS) || list.exitValue() != 0) {
            throw new IOException("the libraries of " + program + " cannot be listed: " + said);
        }
        return LIBRARY.matcher(said)
                .results()
                .map(found -> Path.of(found.group(1)))
                .filter(library -> !name(library).equals(name(loader)))
                .toList();
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
