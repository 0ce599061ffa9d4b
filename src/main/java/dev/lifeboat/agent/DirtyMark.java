package dev.lifeboat.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/// Says who last had a workload's dirty bits reset: a file that every agent of this node sees, since for a
/// moment there may be two of them. Whoever builds on anything else than the last reset would take changed
/// pages for unchanged.
///
/// @param file on tmpfs: the bits do not outlive the machine either
record DirtyMark(Path file) {
    /// Says that `next` resets them; to be called while the tree stands still, before it happens.
    ///
    /// @return whether `before` was the last to do so
    boolean pass(@Nullable String before, String next) {
        try {
            boolean last = before != null
                    && Files.exists(file)
                    && Files.readString(file).equals(before);
            Path written = Files.writeString(file.resolveSibling(next + ".mark"), next);
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return last;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
