package dev.lifeboat.edge.criu.runc;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/// Word to the runtime's wrapper that a container stands still, and which command it need not run in it until then: its
/// probe. Believed while this process lives, which locks it, and until its own end.
final class Held implements Closeable {
    private static final String SUFFIX = ".held";
    private static final String DRAFT = SUFFIX + ".draft";

    private final Path draft;
    private final Path file;
    private final FileChannel owned;

    private Held(Path folder, String container) throws IOException {
        this.draft = Files.createDirectories(folder).resolve(container + DRAFT);
        this.file = folder.resolve(container + SUFFIX);
        this.owned = FileChannel.open(
                draft, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    }

    /// What the wrapper reads: `oci-wrapper/held.go`.
    record Word(List<String> args, long untilEpochSeconds) {}

    /// @param folder the one shared with the wrapper
    /// @param container its id in the runtime
    static Held begin(Path folder, String container, List<String> command, Instant until) throws IOException {
        var held = new Held(folder, container);
        try {
            held.owned.lock();
            byte[] word = new JsonMapper().writeValueAsBytes(new Word(command, until.getEpochSecond()));
            held.owned.write(ByteBuffer.wrap(word));
            Files.move(held.draft, held.file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return held;
        } catch (IOException refused) {
            held.close();
            throw refused;
        }
    }

    /// Deletes what dead agents have left; nobody believes it any more.
    static void sweep(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> all = Files.list(folder)) {
            for (Path each : all.filter(Held::isOne).toList()) {
                deleteUnlocked(each);
            }
        }
    }

    private static void deleteUnlocked(Path left) throws IOException {
        try (var channel = FileChannel.open(left, StandardOpenOption.WRITE);
                var lock = channel.tryLock()) {
            if (lock != null) {
                Files.delete(left);
            }
        } catch (OverlappingFileLockException ownOfThisProcess) {
            // It lives.
        }
    }

    private static boolean isOne(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(SUFFIX) || name.endsWith(DRAFT);
    }

    @Override
    public void close() throws IOException {
        try (owned) {
            Files.deleteIfExists(draft);
            Files.deleteIfExists(file);
        }
    }
}
