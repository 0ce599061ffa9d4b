package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.CorruptCheckpoint;
import dev.lifeboat.agent.StoreFailed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/// Objects as files under one folder: written aside, synced, then moved or linked into place.
final class FolderStore implements ObjectStore {
    private static final AtomicLong ASIDE = new AtomicLong();

    private final Path root;
    private final Path aside;

    FolderStore(Path root) {
        this.root = root.toAbsolutePath().normalize();
        this.aside = this.root.resolve(".aside");
        attempt("make " + aside, () -> Files.createDirectories(aside));
    }

    @Override
    public Upload upload(String key) {
        Path target = file(key);
        Path temporary = temporary();
        FileChannel channel = attempt(
                "write " + temporary,
                () -> FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        return new FileUpload(temporary, target, channel);
    }

    private record FileUpload(Path temporary, Path target, FileChannel channel) implements Upload {
        @Override
        public void part(int number, long offset, ByteBuffer content) {
            attempt("write " + temporary, () -> {
                long at = offset;
                while (content.hasRemaining()) {
                    at += channel.write(content, at);
                }
                return at;
            });
        }

        @Override
        public void complete() {
            attempt("complete " + target, () -> {
                channel.force(true);
                channel.close();
                Files.createDirectories(parent(target));
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
                sync(parent(target));
                return target;
            });
        }

        @Override
        public void abort() {
            try {
                channel.close();
                Files.deleteIfExists(temporary);
            } catch (IOException _) {
                // A file that stays aside is in nobody's way.
            }
        }
    }

    @Override
    public void put(String key, ByteBuffer content) {
        Upload whole = upload(key);
        try {
            whole.part(1, 0, content);
            whole.complete();
        } catch (StoreFailed failed) {
            whole.abort();
            throw failed;
        }
    }

    @Override
    public void put(String key, byte[] content) {
        Path target = file(key);
        attempt("put " + key, () -> {
            Files.createDirectories(parent(target));
            Files.move(written(content), target, StandardCopyOption.ATOMIC_MOVE);
            sync(parent(target));
            return target;
        });
    }

    @Override
    public boolean putIfAbsent(String key, byte[] content) {
        Path target = file(key);
        return attempt("put " + key, () -> {
            Path temporary = written(content);
            try {
                Files.createDirectories(parent(target));
                Files.createLink(target, temporary);
                sync(parent(target));
                return true;
            } catch (FileAlreadyExistsException _) {
                return false;
            } finally {
                Files.deleteIfExists(temporary);
            }
        });
    }

    @Override
    public Optional<byte[]> get(String key, int limit) {
        Path file = file(key);
        return attempt("get " + key, () -> {
            try {
                if (Files.size(file) > limit) {
                    throw new CorruptCheckpoint(key + " has more than " + limit + " bytes");
                }
                byte[] bytes = Files.readAllBytes(file);
                return Optional.of(bytes);
            } catch (NoSuchFileException _) {
                return Optional.empty();
            }
        });
    }

    @Override
    public void read(String key, long offset, ByteBuffer target) {
        attempt("read " + key, () -> {
            try (var channel = FileChannel.open(file(key))) {
                long at = offset;
                while (target.hasRemaining()) {
                    int got = channel.read(target, at);
                    if (got < 0) {
                        throw new CorruptCheckpoint(key + ": ends at " + at + ", before what the index says");
                    }
                    at += got;
                }
                return at;
            } catch (NoSuchFileException _) {
                throw new CorruptCheckpoint(key + ": missing");
            }
        });
    }

    @Override
    public List<String> list(String prefix) {
        return attempt("list " + prefix, () -> {
            try (Stream<Path> files = Files.walk(root)) {
                return files.filter(Files::isRegularFile)
                        .map(file -> root.relativize(file).toString())
                        .filter(key -> key.startsWith(prefix) && !key.startsWith("."))
                        .sorted()
                        .toList();
            }
        });
    }

    @Override
    public void delete(String key) {
        attempt("delete " + key, () -> Files.deleteIfExists(file(key)));
    }

    private Path file(String key) {
        Path file = root.resolve(key).normalize();
        if (!file.startsWith(root)
                || file.equals(root)
                || !root.relativize(file).toString().equals(key)) {
            throw new IllegalArgumentException("not a key: " + key);
        }
        return file;
    }

    private Path temporary() {
        return aside.resolve(ProcessHandle.current().pid() + "-" + ASIDE.incrementAndGet());
    }

    private Path written(byte[] content) throws IOException {
        Path temporary = temporary();
        try (var channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        }
        return temporary;
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IllegalArgumentException("a key has no folder: " + file);
        }
        return parent;
    }

    private static void sync(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder)) {
            channel.force(true);
        }
    }

    private interface Action<T> {
        T run() throws IOException;
    }

    private static <T> T attempt(String what, Action<T> action) {
        try {
            return action.run();
        } catch (IOException e) {
            throw failure(what, e);
        }
    }

    private static StoreFailed failure(String what, IOException e) {
        String hint = e instanceof AtomicMoveNotSupportedException ? "; the folder must be on one file system" : "";
        return new StoreFailed(StoreFailed.Kind.REFUSED, "cannot " + what + ": " + e.getMessage() + hint, e);
    }
}
