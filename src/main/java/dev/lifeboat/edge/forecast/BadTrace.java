package dev.lifeboat.edge.forecast;

import java.nio.file.Path;

/// A file is no usable trace; the operator's to mend. The message names the file, the fault and what was expected.
public final class BadTrace extends RuntimeException {
    BadTrace(Path file, String fault) {
        super(file + ": " + fault);
    }
}
