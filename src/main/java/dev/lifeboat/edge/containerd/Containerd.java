package dev.lifeboat.edge.containerd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// This node's containerd. It reads its settings at its start alone; what it runs runs on while it is away.
///
/// @param process as this process sees it, which therefore has to be in the node's process namespace
record Containerd(ProcessHandle process) {
    private static final String NAME = "containerd";

    /// systemd starts it again after 5 s, by upstream's unit (Restart=always, RestartSec=5; read 2026-11).
    private static final Duration BACK_WITHIN = Duration.ofMinutes(2);

    /// What ends before it has found again all that it runs has ended in a way that it does not know; so might we.
    private static final Duration BEARINGS = Duration.ofSeconds(5);

    /// The machine's start is known to a second, and so is a process'.
    private static final Duration CLOCK = Duration.ofSeconds(1);

    private static final long BETWEEN_LOOKS_MILLIS = 100;

    static Optional<Containerd> running() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.map(folder -> folder.getFileName().toString())
                    .filter(name -> name.chars().allMatch(Character::isDigit))
                    .filter(Containerd::isOne)
                    .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
                    .map(Containerd::new)
                    .findFirst();
        }
    }

    private static boolean isOne(String pid) {
        try {
            return Files.readString(Path.of("/proc", pid, "comm")).strip().equals(NAME);
        } catch (IOException ended) {
            return false;
        }
    }

    /// Whether it has not read what was written at this time.
    boolean isOlderThan(Instant written) {
        return process.info()
                .startInstant()
                .filter(started -> started.plus(CLOCK).isBefore(written))
                .isPresent();
    }

    private boolean isFollowedBy(Containerd other) {
        return other.process().pid() != process.pid()
                && other.isOlderThan(Instant.now().minus(BEARINGS));
    }

    /// Ends it, and waits until whoever watches over it has started it again.
    ///
    /// @throws IOException when nobody does
    void restart() throws IOException, InterruptedException {
        long end = System.nanoTime() + BACK_WITHIN.toNanos();
        if (!process.destroy()) {
            throw new IOException("containerd, pid " + process.pid() + ", cannot be told to end: is this root?");
        }
        while (running().filter(this::isFollowedBy).isEmpty()) {
            if (System.nanoTime() - end > 0) {
                throw new IOException("containerd has not come back within " + BACK_WITHIN.toSeconds()
                        + " s: look at it on the node (journalctl -u containerd)");
            }
            TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS_MILLIS);
        }
    }
}
