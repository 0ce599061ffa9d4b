package dev.lifeboat.edge.criu.runc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/// Signals that wait for a process that stands still (proc(5), status).
final class Signals {
    private Signals() {}

    /// Which; another text than before once one has come, or the process is dead.
    static String pending(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                    .filter(line -> line.startsWith("ShdPnd:") || line.startsWith("State:\tZ"))
                    .collect(Collectors.joining());
        } catch (IOException dead) {
            return "dead";
        }
    }
}
