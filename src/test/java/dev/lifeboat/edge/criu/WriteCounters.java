package dev.lifeboat.edge.criu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// /proc/PID/io, proc_pid_io(5).
///
/// @param written bytes handed to write(2) and its like, to whatever file
/// @param toDisk bytes that went on their way to a disk
record WriteCounters(long written, long toDisk) {
    WriteCounters(long pid) {
        this(field(pid, "wchar"), field(pid, "write_bytes"));
    }

    long writtenSince(WriteCounters before) {
        return Math.max(written - before.written, toDisk - before.toDisk);
    }

    private static long field(long pid, String name) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/io")).stream()
                    .filter(line -> line.startsWith(name + ":"))
                    .mapToLong(line ->
                            Long.parseLong(line.substring(name.length() + 1).strip()))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException gone) {
            throw new AssertionError(gone);
        }
    }
}
