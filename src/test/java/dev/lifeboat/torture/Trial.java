package dev.lifeboat.torture;

import dev.lifeboat.torture.Recorded.Cell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// Whoever can put victims through their ordeals on one machine.
///
/// @param folder on a disk
/// @param window that a save has
record Trial(Kind.Tools tools, Path criu, Path folder, Duration window) {
    /// What went wrong is a result, too; its trace goes to standard error.
    Result of(Cell cell) throws InterruptedException {
        try {
            return attempt(cell.kind(), cell.way());
        } catch (InterruptedException stop) {
            throw stop;
        } catch (Exception | AssertionError broken) {
            broken.printStackTrace();
            String words = String.valueOf(broken.getMessage())
                    .strip()
                    .lines()
                    .findFirst()
                    .orElse("");
            return Result.failed(cell.kind(), cell.way(), "not whole: " + words);
        }
    }

    private Result attempt(Kind kind, Way way) throws Exception {
        Path here = Files.createTempDirectory(folder, "ordeal-");
        Victim victim = kind.make(tools, Files.createTempDirectory(folder, "volume-"));
        try (var ordeal = new Ordeal(criu, here, window)) {
            return ordeal.run(kind, victim, way);
        } finally {
            victim.close();
        }
    }
}
