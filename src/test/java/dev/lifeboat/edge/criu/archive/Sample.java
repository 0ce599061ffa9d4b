package dev.lifeboat.edge.criu.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/// What a kubelet 1.34.4 with containerd 2.1.9, runc 1.3.6 and CRIU 4.2.1 wrote for a shell that
/// counts, less its logs. It had deleted /bin/wget, and made /etc/n/1, /tmp/x and /tmp/count.
final class Sample {
    static final String CONTAINER = "0558e2fda35d5a398ef54451e35102c4d6d46a14081be06c22ac0eaa802173d5";

    private Sample() {}

    static Path in(Path folder) throws IOException {
        Path file = folder.resolve("checkpoint.tar");
        try (InputStream in = new GZIPInputStream(
                Objects.requireNonNull(Sample.class.getResourceAsStream("/kubelet/containerd-2.1.9-counter.tar.gz")))) {
            Files.copy(in, file);
        }
        return file;
    }

    /// The sample with some of its entries changed, added or, where null, left out.
    static Path with(Path folder, Map<String, byte[]> changes) throws IOException {
        Path sample = in(folder);
        var entries = new LinkedHashMap<String, byte[]>();
        try (var tar = new TarArchiveInputStream(Files.newInputStream(sample))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.isFile()) {
                    entries.put(entry.getName(), tar.readAllBytes());
                }
            }
        }
        entries.putAll(changes);
        Path changed = folder.resolve("changed.tar");
        try (var tar = new TarArchiveOutputStream(Files.newOutputStream(changed))) {
            for (var each : entries.entrySet()) {
                var entry = new TarArchiveEntry(each.getKey());
                entry.setSize(each.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(each.getValue());
                tar.closeArchiveEntry();
            }
        }
        return changed;
    }
}
