package dev.lifeboat.edge.criu;

import dev.lifeboat.agent.CorruptCheckpoint;
import dev.lifeboat.agent.LazyRestorer.End;
import dev.lifeboat.agent.LazyRestorer.Filling;
import dev.lifeboat.agent.StoreFailed;
import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The pages of one tree on their way: CRIU's daemon asks for them, a thread of ours gives them, and a keeper watches
/// over both.
final class LazyFilling implements Filling {
    private static final Logger LOG = Logger.getLogger(LazyFilling.class);

    /// A tree that ended while the store was silent would be waited for until it speaks.
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

    /// Freeing its memory takes 0.2 s a GiB.
    private static final Duration LONGEST_DYING = Duration.ofSeconds(30);

    private static final Duration BETWEEN_DYING = Duration.ofMillis(2);

    private final CriuHost host;
    private final LazyRoom room;
    private final List<Long> tasks;
    private final LazyDaemon daemon;
    private final LazyPageServer server;
    private final Thread serving;
    private final AtomicReference<@Nullable Throwable> trouble = new AtomicReference<>();
    private volatile @Nullable Keeper keeper;

    private LazyFilling(CriuHost host, LazyRoom room, List<Long> tasks, LazyDaemon daemon, LazyPageServer server) {
        this.host = host;
        this.room = room;
        this.tasks = tasks;
        this.daemon = daemon;
        this.server = server;
        this.serving = Thread.ofPlatform().daemon().name("lazy-pages").start(this::serve);
    }

    /// @param room closed at the end of all, or when this throws
    /// @param tasks process numbers of the tree
    static LazyFilling begin(CriuHost host, Path criu, WireFormat format, LazyRoom room, List<Long> tasks)
            throws IOException {
        try {
            LazyDaemon daemon = host.startLazyPages(criu, room.images().path(), room.work());
            var server = new LazyPageServer(daemon.pages(), format, room.late());
            return new LazyFilling(host, room, tasks, daemon, server);
        } catch (IOException | RuntimeException broken) {
            room.close();
            throw broken;
        }
    }

    private void serve() {
        try {
            server.serve();
        } catch (IOException | InterruptedException | RuntimeException | Error broken) {
            trouble.set(broken);
            cut();
        }
    }

    private void cut() {
        try {
            daemon.cutPages();
        } catch (IOException broken) {
            trouble.compareAndSet(null, broken);
        }
    }

    /// Blocks until the daemon waits for a restore; false when it has ended instead.
    boolean isReady() throws IOException {
        return daemon.awaitReady();
    }

    /// From here on nobody finds zeros where a page is missing, whatever dies. Everything is restored, and nothing
    /// runs yet.
    boolean keep(long root) {
        try {
            keeper = host.keep(daemon, root, tasks.size(), room.work());
            return true;
        } catch (IOException unkept) {
            trouble.set(unkept);
            return false;
        }
    }

    /// Of a tree that does not run after all: nothing is left of the two.
    void giveUp() throws IOException {
        try (room) {
            Keeper kept = keeper;
            if (kept != null) {
                kept.kill();
            }
            daemon.kill();
            end();
        }
    }

    /// @return the daemon's exit code
    private int end() throws IOException {
        int code = daemon.await();
        server.giveUp();
        cut();
        Uninterruptibly.join(serving);
        daemon.close();
        return code;
    }

    @Override
    public ByteCount missing() {
        return new ByteCount(server.missing());
    }

    @Override
    public End await() {
        Keeper kept = keeper;
        if (kept == null) {
            throw new IllegalStateException("it runs, and nobody keeps it");
        }
        Thread watch = Thread.ofVirtual().name("lazy-tree").start(this::endWithTree);
        try (room) {
            if (end() == 0) {
                letGo(kept);
                return new End.Whole();
            }
            boolean endedByItself = !anyLives();
            kept.kill();
            awaitFree();
            return endedByItself ? new End.Whole() : killed();
        } catch (IOException broken) {
            return new End.Killed(FailureCode.PAGES_LOST.code(), String.valueOf(broken.getMessage()));
        } finally {
            watch.interrupt();
        }
    }

    /// Nothing is missing any more, whatever becomes of who saw to it.
    private static void letGo(Keeper kept) {
        try {
            kept.letGo();
        } catch (IOException stays) {
            LOG.warnf("the keeper of a tree that is whole could not be let go error=%s", stays);
        }
    }

    /// While the store is silent the daemon waits for its answer, whether anybody still wants it or not.
    private void endWithTree() {
        while (anyLives()) {
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            if (Thread.interrupted()) {
                return;
            }
        }
        server.giveUp();
    }

    /// Who restores it again needs its process numbers, which a dead process has until somebody has asked after it.
    private void awaitFree() {
        long giveUp = System.nanoTime() + LONGEST_DYING.toNanos();
        while (tasks.stream().anyMatch(task -> Files.exists(Path.of("/proc/" + task)))
                && System.nanoTime() - giveUp < 0) {
            LockSupport.parkNanos(BETWEEN_DYING.toNanos());
        }
    }

    private boolean anyLives() {
        return tasks.stream().anyMatch(task -> ProcessHandle.of(task).isPresent());
    }

    private End killed() {
        Throwable why = trouble.get();
        String said = why instanceof CorruptCheckpoint || why instanceof StoreFailed ? why.getMessage() + "\n" : "";
        return new End.Killed(FailureCode.PAGES_LOST.code(), said + new CriuLog(room.work()).tail());
    }
}
