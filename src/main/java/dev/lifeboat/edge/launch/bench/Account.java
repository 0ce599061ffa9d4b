package dev.lifeboat.edge.launch.bench;

import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/// What this process and the children it has waited for have used so far, as /proc tells it (proc(5)).
///
/// @param processor utime + stime + cutime + cstime
/// @param children cutime + cstime alone
/// @param diskWritten write_bytes, which a parent inherits from the children it reaps
record Account(Duration processor, Duration children, ByteCount diskWritten) {
    /// USER_HZ on every Linux that Java runs on; sysconf(_SC_CLK_TCK).
    private static final long TICKS_PER_SECOND = 100;

    private static final Path SELF = Path.of("/proc/self");

    /// What reading says when the process ended after the file was opened (ESRCH).
    static final String ENDED = "No such process";

    static Account now() throws IOException {
        String stat = Files.readString(SELF.resolve("stat"));
        // The command's name may hold blanks and brackets; the numbers begin behind its last bracket, at field 3.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        Duration own = ticks(fields[14 - 3]).plus(ticks(fields[15 - 3]));
        Duration children = ticks(fields[16 - 3]).plus(ticks(fields[17 - 3]));
        return new Account(own.plus(children), children, new ByteCount(number(SELF.resolve("io"), "write_bytes")));
    }

    private static Duration ticks(String field) {
        return Duration.ofMillis(Long.parseLong(field) * 1000 / TICKS_PER_SECOND);
    }

    Account since(Account before) {
        return new Account(
                processor.minus(before.processor),
                children.minus(before.children),
                new ByteCount(diskWritten.bytes() - before.diskWritten.bytes()));
    }

    /// Forgets the peak so far (proc(5), clear_refs = 5).
    static void resetPeak() throws IOException {
        Files.writeString(SELF.resolve("clear_refs"), "5");
    }

    /// Resident size now.
    static ByteCount sizeOfSelf() throws IOException {
        return new ByteCount(number(SELF.resolve("status"), "VmRSS") * 1024);
    }

    /// Largest resident size since the start or the last reset; zero for a process that has gone.
    static ByteCount peakOf(long pid) throws IOException {
        try {
            return new ByteCount(number(Path.of("/proc", Long.toString(pid), "status"), "VmHWM") * 1024);
        } catch (NoSuchFileException gone) {
            return ByteCount.ZERO;
        } catch (IOException ended) {
            if (String.valueOf(ended.getMessage()).contains(ENDED)) {
                return ByteCount.ZERO;
            }
            throw ended;
        }
    }

    /// The first number behind `name:`; zero where the line is missing, as in a zombie's status.
    private static long number(Path file, String name) throws IOException {
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith(name + ":")) {
                return Long.parseLong(line.substring(name.length() + 1)
                        .strip()
                        .toLowerCase(Locale.ROOT)
                        .split(" ", -1)[0]);
            }
        }
        return 0;
    }
}
