package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.kubernetes.Kubelet;
import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/// The folder that a kubelet puts archives into, `/var/lib/kubelet/checkpoints`, as it is mounted here.
/// Others may have archives there, too: only those that came of a call of ours are ever deleted.
///
/// @param mostBytes of one archive
record ArchiveFolder(Path folder, long mostBytes) {
    private static final Logger LOG = Logger.getLogger(ArchiveFolder.class);

    /// pkg/kubelet/kubelet.go, CheckpointContainer: the pod's full name is `POD_NAMESPACE`.
    private static final Pattern NAME = Pattern.compile("checkpoint-[a-z0-9._-]{1,400}[0-9TZ:+-]{1,40}\\.tar");

    /// The node must not run out of disk on our account: it would throw out pods.
    private static final double SPARE = 1.2;

    private static final long HEADERS_BYTES = 64L << 20;

    /// @param before archives of the container that were there already
    record Mark(String prefix, Set<Path> before) {
        Mark {
            before = Set.copyOf(before);
        }
    }

    Path nothing() {
        return folder.resolve("nothing");
    }

    /// Why an archive of that much memory is better not made; empty when it fits.
    Optional<String> tight(ByteCount memory) {
        long expected = (long) (memory.bytes() * SPARE) + HEADERS_BYTES;
        if (expected > mostBytes) {
            return Optional.of(
                    "it may take " + new ByteCount(expected) + ", and " + new ByteCount(mostBytes) + " are allowed");
        }
        try {
            long free = Files.getFileStore(folder).getUsableSpace();
            return free < expected
                    ? Optional.of(
                            "it may take " + new ByteCount(expected) + ", and " + new ByteCount(free) + " are free")
                    : Optional.empty();
        } catch (IOException unreadable) {
            return Optional.of("how much is free in " + folder + " cannot be seen: " + unreadable.getMessage());
        }
    }

    /// An archive, by the name that it has on the node; empty when it is not here.
    Optional<Path> here(String file) {
        String name = file.substring(file.lastIndexOf('/') + 1);
        Path here = folder.resolve(name);
        return NAME.matcher(name).matches() && Files.isRegularFile(here, LinkOption.NOFOLLOW_LINKS)
                ? Optional.of(here)
                : Optional.empty();
    }

    Mark mark(Kubelet.Container of) {
        String prefix = "checkpoint-" + of.pod() + "_" + of.namespace() + "-" + of.name() + "-";
        return new Mark(prefix, archives(prefix));
    }

    /// Deletes what has come since: half an archive is worth nothing, and holds memory in clear.
    void sweep(Mark mark) {
        for (Path archive : archives(mark.prefix())) {
            if (!mark.before().contains(archive)) {
                try {
                    Files.deleteIfExists(archive);
                } catch (IOException left) {
                    LOG.errorf(
                            "an archive stays on the node's disk, and must be deleted by hand file=%s why=%s",
                            archive, left);
                }
            }
        }
    }

    private Set<Path> archives(String prefix) {
        try (Stream<Path> files = Files.list(folder)) {
            return new HashSet<>(
                    files.filter(file -> file.getFileName().toString().startsWith(prefix))
                            .toList());
        } catch (IOException unreadable) {
            return Set.of();
        }
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
