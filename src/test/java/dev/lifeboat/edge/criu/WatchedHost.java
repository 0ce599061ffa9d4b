package dev.lifeboat.edge.criu;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.agent.PageMemory;
import dev.lifeboat.edge.launch.CriuOnLinux;
import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The real one, which remembers whom it started last.
final class WatchedHost implements CriuHost {
    private final CriuHost real = new CriuOnLinux();
    private volatile @Nullable CriuWorker last;
    private final AtomicLong written = new AtomicLong();
    private volatile boolean plainFolders;

    @Override
    public CriuWorker start(Path criu, Path images, Path work) throws IOException {
        var worker = real.start(criu, images, work);
        last = worker;
        return worker;
    }

    @Override
    public LazyDaemon startLazyPages(Path criu, Path images, Path work) throws IOException {
        return real.startLazyPages(criu, images, work);
    }

    @Override
    public Keeper keep(LazyDaemon daemon, long root, int tasks, Path work) throws IOException {
        return real.keep(daemon, root, tasks, work);
    }

    @Override
    public ImagesFolder images(Path other) throws IOException {
        return plainFolders ? new Lent(other) : real.images(other);
    }

    @Override
    public void write(long pid, long address, ByteBuffer pages) throws IOException {
        int length = pages.remaining();
        real.write(pid, address, pages);
        written.addAndGet(length);
    }

    /// Bytes that went straight into rebuilt trees.
    long written() {
        return written.get();
    }

    @Override
    public PageMemory memory(ByteCount size) throws IOException {
        return real.memory(size);
    }

    @Override
    public void stop(long pid) throws IOException {
        real.stop(pid);
    }

    ProcessHandle lastHandle() {
        return ProcessHandle.of(requireNonNull(last).pid()).orElseThrow();
    }

    void killLast() {
        var tree = new ProcessTree(List.of(lastHandle()));
        assertThat(tree.kill()).isTrue();
    }

    /// From now on as where nobody may mount memory.
    void giveOnlyPlainFolders() {
        plainFolders = true;
    }

    private record Lent(Path path) implements CriuHost.ImagesFolder {
        @Override
        public void close() {}
    }
}
