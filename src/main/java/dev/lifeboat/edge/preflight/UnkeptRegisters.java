package dev.lifeboat.edge.preflight;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Registers of this machine's processor that CRIU does not keep: arm64's scalable vectors (SVE) and
/// matrices (SME). Measured with CRIU 4.2.1 for SVE: a program that was frozen between two of its
/// instructions, and not in a system call, came back with them empty, and computed on.
final class UnkeptRegisters {
    private static final Set<String> UNKEPT = Set.of("sve", "sme");

    private UnkeptRegisters() {}

    /// @param root of the file system to look at, `/` in life
    /// @return such as `sve`; empty on other architectures, whose list is not called so
    static Optional<String> of(Path root) {
        try {
            var found = new TreeSet<>(Files.readAllLines(root.resolve("proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("Features"))
                    .findFirst()
                    .map(line -> List.of(line.split("[\\s:]+")))
                    .orElse(List.of()));
            found.retainAll(UNKEPT);
            return found.isEmpty() ? Optional.empty() : Optional.of(String.join(" ", found));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }
}
