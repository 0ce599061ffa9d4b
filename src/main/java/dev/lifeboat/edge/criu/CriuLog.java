package dev.lifeboat.edge.criu;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// The end of what CRIU wrote about one request.
record CriuLog(Path work) {
    /// What it says on its standard streams before its log is open, such as a library that is missing.
    static final String OUTPUT_FILE = "criu.out";

    /// The lazy-pages daemon's own.
    static final String LAZY_FILE = "lazy-pages.log";

    /// Enough for the errors at log level 2, little enough for an event.
    private static final int LONGEST_TAIL = 4096;

    String tail() {
        return (tail(OUTPUT_FILE) + tail(Request.LOG_FILE) + tail(LAZY_FILE)).strip();
    }

    private String tail(String name) {
        Path file = work.resolve(name);
        if (!Files.exists(file)) {
            return "";
        }
        try (var log = new RandomAccessFile(file.toFile(), "r")) {
            var bytes = new byte[(int) Math.min(LONGEST_TAIL, log.length())];
            log.seek(log.length() - bytes.length);
            log.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            return "(" + name + " cannot be read: " + unreadable.getMessage() + ")\n";
        }
    }
}
