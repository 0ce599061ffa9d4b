package dev.lifeboat.edge.criu.runc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// A container that runs on while another one of its pod is saved.
///
/// @param cgroup its folder
record Neighbour(String name, Path cgroup) {
    /// The device of no file.
    static final long NOWHERE = -1;

    private static final String SYSTEM_V = "/SYSV";

    /// What it holds of the memory that a pod's containers share, mapped or open, in words; empty when it is nothing.
    ///
    /// @param device that of the pod's `/dev/shm`, as stat(2) has it; [#NOWHERE] where the one that is saved
    ///     has not mounted it
    Optional<String> shares(long device) throws IOException {
        if (!Files.isDirectory(cgroup)) {
            return Optional.empty();
        }
        for (Path procs : below(cgroup, Integer.MAX_VALUE)) {
            if (!procs.endsWith("cgroup.procs")) {
                continue;
            }
            for (String pid : Files.readAllLines(procs)) {
                Optional<String> held = held(Path.of("/proc", pid), device);
                if (held.isPresent()) {
                    return held.map(what -> name + " (pid " + pid + ") holds " + what + " of the pod's shared memory");
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> held(Path process, long device) throws IOException {
        try {
            Optional<String> mapped = mapped(process, device);
            return mapped.isPresent() ? mapped : opened(process, device);
        } catch (IOException broken) {
            if (Files.exists(process)) {
                throw broken;
            }
            return Optional.empty();
        }
    }

    /// Columns are address, rights, offset, device, inode and path (proc_pid_maps(5)).
    private static Optional<String> mapped(Path process, long device) throws IOException {
        for (String line : Files.readAllLines(process.resolve("maps"), StandardCharsets.ISO_8859_1)) {
            String[] columns = line.split(" +", 6);
            boolean named = columns.length == 6;
            if (named && (columns[5].startsWith(SYSTEM_V) || columns[3].equals(shown(device)))) {
                return Optional.of(columns[5]);
            }
        }
        return Optional.empty();
    }

    /// As makedev(3) puts them together.
    private static String shown(long device) {
        long major = (device >>> 8 & 0xfff) | (device >>> 32 & 0xfffff000L);
        long minor = (device & 0xff) | (device >>> 12 & 0xffffff00L);
        return "%02x:%02x".formatted(major, minor);
    }

    private static Optional<String> opened(Path process, long device) throws IOException {
        for (Path file : below(process.resolve("fd"), 1)) {
            Optional<String> found = target(file, device);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /// Where the open file is, when it is on this device.
    private static Optional<String> target(Path file, long device) throws IOException {
        try {
            return Files.getAttribute(file, "unix:dev").equals(device)
                    ? Optional.of(Files.readSymbolicLink(file).toString())
                    : Optional.empty();
        } catch (NoSuchFileException closed) {
            return Optional.empty();
        }
    }

    private static Iterable<Path> below(Path folder, int depth) throws IOException {
        try (Stream<Path> all = Files.walk(folder, depth)) {
            return all.toList();
        }
    }
}
