package dev.lifeboat.edge.launch;

import dev.lifeboat.agent.PageMemory;
import dev.lifeboat.edge.criu.CriuHost;
import dev.lifeboat.edge.criu.CriuWorker;
import dev.lifeboat.edge.criu.Keeper;
import dev.lifeboat.edge.criu.LazyDaemon;
import dev.lifeboat.edge.linux.AnonymousMemory;
import dev.lifeboat.edge.linux.Child;
import dev.lifeboat.edge.linux.Closings;
import dev.lifeboat.edge.linux.Descriptor;
import dev.lifeboat.edge.linux.MemoryFolder;
import dev.lifeboat.edge.linux.ProcessMemory;
import dev.lifeboat.edge.linux.Signal;
import dev.lifeboat.edge.linux.UnixSocket;
import dev.lifeboat.quantity.ByteCount;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Gives CRIU's driver the system calls that it needs.
public final class CriuOnLinux implements CriuHost {
    private static final Logger LOG = Logger.getLogger(CriuOnLinux.class);

    /// How far CRIU may run ahead of us. Measured with 1, 4 and 32 MiB, the frozen time is the same.
    private static final ByteCount AHEAD = ByteCount.ofMebi(4);

    @Override
    public CriuWorker start(Path criu, Path images, Path work) throws IOException {
        var opened = new Opened();
        try {
            var commands = opened.pair(UnixSocket.Type.SEQPACKET);
            var pages = opened.pair(UnixSocket.Type.STREAM);
            pages.theirs().buffer(AHEAD);
            var imagesFolder = opened.folder(images);
            var workFolder = opened.folder(work);
            var child = Child.spawn(
                    List.of(criu.toString(), "swrk", Integer.toString(Child.FIRST_INHERITED)),
                    work.resolve("criu.out"),
                    List.of(commands.theirs().descriptor(), pages.theirs().descriptor()));
            // Ours alone from here on, or nobody would ever see the end.
            commands.theirs().close();
            pages.theirs().close();
            return new Worker(child, commands.ours(), pages.ours(), imagesFolder.number(), workFolder.number(), opened);
        } catch (IOException | RuntimeException broken) {
            opened.close();
            throw broken;
        }
    }

    @Override
    public LazyDaemon startLazyPages(Path criu, Path images, Path work) throws IOException {
        var opened = new Opened();
        try {
            var pages = opened.pair(UnixSocket.Type.STREAM);
            var ready = opened.pair(UnixSocket.Type.STREAM);
            pages.ours().buffer(AHEAD);
            var keeper = new AtomicReference<@Nullable MemoryKeeper>();
            var child = Closings.spawn(
                    List.of(
                            criu.toString(),
                            "lazy-pages",
                            "--images-dir",
                            images.toString(),
                            "--work-dir",
                            work.toString(),
                            "--page-server",
                            "--ps-socket",
                            Integer.toString(Child.FIRST_INHERITED),
                            "--status-fd",
                            Integer.toString(Child.FIRST_INHERITED + 1),
                            "--log-file",
                            "lazy-pages.log",
                            "-v2"),
                    work.resolve("lazy-pages.out"),
                    List.of(pages.theirs().descriptor(), ready.theirs().descriptor()),
                    closing -> tell(keeper.get(), closing));
            pages.theirs().close();
            ready.theirs().close();
            return new Daemon(child, pages.ours(), ready.ours(), opened, keeper);
        } catch (IOException | RuntimeException broken) {
            opened.close();
            throw broken;
        }
    }

    private static void tell(@Nullable MemoryKeeper keeper, int closing) throws IOException {
        if (keeper != null) {
            keeper.closing(closing);
        }
    }

    /// @param keeper once there is one
    private record Daemon(
            Child child,
            UnixSocket pages,
            UnixSocket ready,
            Opened opened,
            AtomicReference<@Nullable MemoryKeeper> keeper)
            implements LazyDaemon {
        @Override
        public long pid() {
            return child.pid();
        }

        @Override
        public boolean awaitReady() throws IOException {
            return ready.read(ByteBuffer.allocateDirect(1)) > 0;
        }

        @Override
        public void cutPages() throws IOException {
            pages.shutdown();
        }

        @Override
        public void kill() throws IOException {
            child.kill();
        }

        @Override
        public int await() throws IOException {
            return child.await();
        }

        @Override
        public void close() {
            opened.close();
        }
    }

    @Override
    public Keeper keep(LazyDaemon daemon, long root, int tasks, Path work) throws IOException {
        if (!(daemon instanceof Daemon ours)) {
            throw new IllegalArgumentException("not a daemon of this machine's: " + daemon);
        }
        var keeper = MemoryKeeper.start(daemon.pid(), root, tasks, work);
        ours.keeper.set(keeper);
        return keeper;
    }

    @Override
    public ImagesFolder images(Path other) {
        try {
            return new OwnMemory(MemoryFolder.make());
        } catch (IOException refused) {
            LOG.infof("restores take the scratch folder: no tmpfs of our own why=%s", refused.getMessage());
            return new Lent(other);
        }
    }

    @Override
    public void write(long pid, long address, ByteBuffer pages) throws IOException {
        ProcessMemory.write(pid, address, pages);
    }

    @Override
    public PageMemory memory(ByteCount size) throws IOException {
        return AnonymousMemory.map(size);
    }

    private record OwnMemory(MemoryFolder folder) implements ImagesFolder {
        @Override
        public Path path() {
            return folder.path();
        }

        /// The kernel may need 0.16 s a GiB to free it, and a workload that runs again is not reported meanwhile.
        @Override
        public void close() {
            Thread.ofPlatform().daemon().name("free-images").start(() -> {
                try {
                    folder.close();
                } catch (IOException broken) {
                    LOG.warnf("the memory of a restore's images may not be free why=%s", broken.getMessage());
                }
            });
        }
    }

    /// Whose folder it is deletes it.
    private record Lent(Path path) implements ImagesFolder {
        @Override
        public void close() {}
    }

    @Override
    public void stop(long pid) throws IOException {
        Signal.STOP.send(pid);
    }

    private record Worker(
            Child child, UnixSocket commands, UnixSocket pages, int imagesDescriptor, int workDescriptor, Opened opened)
            implements CriuWorker {
        @Override
        public long pid() {
            return child.pid();
        }

        @Override
        public void cutPages() throws IOException {
            pages.shutdown();
        }

        @Override
        public void hangUp() throws IOException {
            commands.shutdown();
            pages.shutdown();
        }

        @Override
        public void kill() throws IOException {
            child.kill();
        }

        @Override
        public int await() throws IOException {
            return child.await();
        }

        @Override
        public Duration processor() {
            return child.processor();
        }

        @Override
        public void close() {
            opened.close();
        }
    }

    /// Everything to close again, last opened first.
    private static final class Opened {
        private final Deque<Closeable> all = new ArrayDeque<>();

        UnixSocket.Pair pair(UnixSocket.Type type) throws IOException {
            var pair = UnixSocket.pair(type);
            all.push(pair.ours());
            all.push(pair.theirs());
            return pair;
        }

        Descriptor folder(Path folder) throws IOException {
            var descriptor = Descriptor.ofFolder(folder);
            all.push(descriptor);
            return descriptor;
        }

        /// All of them, whatever becomes of one: the answer of whoever had them stays what it is.
        void close() {
            for (Closeable each : all) {
                try {
                    each.close();
                } catch (IOException stays) {
                    LOG.warnf("what CRIU was given could not be closed error=%s", stays);
                }
            }
        }
    }
}
