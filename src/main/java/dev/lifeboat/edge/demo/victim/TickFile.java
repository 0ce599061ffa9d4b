package dev.lifeboat.edge.demo.victim;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The file that the victim holds open and appends to. A file that is not as long as what was written to it is broken.
final class TickFile implements AutoCloseable {
    private final FileChannel channel;
    private long length;

    private TickFile(FileChannel channel) {
        this.channel = channel;
    }

    /// A new file: what an earlier victim left there is gone.
    static TickFile create(Path path) throws IOException {
        FileChannel.open(
                        path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
                .close();
        return new TickFile(FileChannel.open(path, StandardOpenOption.APPEND));
    }

    /// @throws BrokenMemory when the file has lost or gained bytes since the last line
    void append(String line) {
        try {
            if (channel.size() != length) {
                throw new BrokenMemory("the file has %d bytes, not %d".formatted(channel.size(), length));
            }
            ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                length += channel.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
