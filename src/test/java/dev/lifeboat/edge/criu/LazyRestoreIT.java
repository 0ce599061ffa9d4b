package dev.lifeboat.edge.criu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.agent.Checkpointer.DumpOutcome;
import dev.lifeboat.agent.Checkpointer.RestoreOutcome;
import dev.lifeboat.agent.Checkpointer.Source;
import dev.lifeboat.agent.Checkpointer.Verdict;
import dev.lifeboat.agent.LazyRestorer.End;
import dev.lifeboat.agent.LazyRestorer.LazyOutcome;
import dev.lifeboat.agent.PageMemory;
import dev.lifeboat.edge.launch.CriuOnLinux;
import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Real CRIU, real processes, pages that come after the process runs again.
final class LazyRestoreIT {
    private static final int MEBIBYTES = 64;
    private static final Duration LIMIT = Duration.ofSeconds(90);

    /// More than a task makes while its own few pages come.
    private static final int FORKS = 100;

    private final RecordingSink sink = new RecordingSink();
    private final SlowPages.Way way = new SlowPages.Way();

    @TempDir
    Path folder;

    Path metadata = Path.of("/");

    @BeforeEach
    void makeMetadata() throws IOException {
        metadata = Files.createTempDirectory(Path.of("/dev/shm"), "lifeboat-lazy-");
    }

    @AfterEach
    void deleteMetadata() throws IOException {
        FileUtils.deleteDirectory(metadata.toFile());
    }

    @ParameterizedTest
    @EnumSource
    void aTreeRunsBeforeItsPagesAreThereAndHasThemAllInTheEnd(Crius suite) throws Exception {
        var criu = new CriuCheckpointer(suite.path(), new CriuOnLinux(), folder);
        try (var victim = saved(criu, RunningVictim.Shape.PLAIN)) {
            var running = running(criu.restoreLazily(metadata, new SlowPages(sink, way), _ -> true));
            assertThat(running.pid()).isEqualTo(victim.pid());
            assertThat(running.filling().missing().bytes()).isGreaterThan((long) MEBIBYTES << 19);
            way.hurry();
            assertThat(running.filling().await()).isEqualTo(new End.Whole());
            victim.goesOn(MEBIBYTES);
            assertThat(folders()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyShapeOfTreeComesBackLazily(RunningVictim.Shape shape) throws Exception {
        var criu = new CriuCheckpointer(Crius.DEFAULT.path(), new CriuOnLinux(), folder);
        try (var victim = saved(criu, shape)) {
            var running = running(criu.restoreLazily(metadata, sink, _ -> true));
            assertThat(running.filling().await()).isEqualTo(new End.Whole());
            victim.goesOn(MEBIBYTES);
        }
    }

    /// The shell is whole long before the other; what it does from then on is nobody's business but its own.
    @Test
    void aTaskThatIsWholeForksWhileOthersWaitForTheirPages() throws Exception {
        var criu = new CriuCheckpointer(Crius.DEFAULT.path(), new CriuOnLinux(), folder);
        try (var victim = saved(criu, RunningVictim.Shape.WITH_FORKING_PARENT)) {
            way.trickle(victim.pid());
            var running = running(criu.restoreLazily(metadata, new SlowPages(sink, way), _ -> true));
            long before = forked();
            victim.awaits("children", () -> forked() > before + FORKS);
            assertThat(running.filling().missing().bytes()).isPositive();
            way.hurry();
            assertThat(running.filling().await()).isEqualTo(new End.Whole());
            victim.goesOn(MEBIBYTES);
        }
    }

    private long forked() {
        try {
            String count = Files.readString(folder.resolve("forked")).strip();
            return count.isEmpty() ? 0 : Long.parseLong(count);
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    @Test
    void aStoreThatFailsInTheMiddleMakesItWaitNotDie() throws Exception {
        var criu = new CriuCheckpointer(Crius.DEFAULT.path(), new CriuOnLinux(), folder);
        try (var victim = saved(criu, RunningVictim.Shape.PLAIN)) {
            var running = running(criu.restoreLazily(metadata, new SlowPages(sink, way), _ -> true));
            way.fail();
            victim.awaits("the store's failure", () -> way.failures() > 2);
            assertThat(ProcessHandle.of(victim.pid())).isPresent();
            way.recover();
            way.hurry();
            assertThat(running.filling().await()).isEqualTo(new End.Whole());
            victim.goesOn(MEBIBYTES);
        }
    }

    @Test
    void aDaemonThatDiesTakesTheTreeWithItAndTheNextRestoreIsWhole() throws Exception {
        var host = new DaemonHost();
        var criu = new CriuCheckpointer(Crius.DEFAULT.path(), host, folder);
        try (var victim = saved(criu, RunningVictim.Shape.WITH_PARENT)) {
            var running = running(criu.restoreLazily(metadata, new SlowPages(sink, way), _ -> true));
            ProcessHandle.of(host.daemon).orElseThrow().destroyForcibly();
            assertThat(running.filling().await())
                    .isInstanceOfSatisfying(
                            End.Killed.class,
                            killed -> assertThat(killed.reason()).isEqualTo("pages-lost"));
            assertThat(victim.isDead()).isTrue();
            victim.awaitReaped();
            assertThat(criu.restore(metadata, sink, _ -> true)).isEqualTo(new RestoreOutcome.Running(victim.pid()));
            victim.goesOn(MEBIBYTES);
        }
    }

    @Test
    void aKeeperThatCannotBeLetGoChangesNothingOfATreeThatIsWhole() throws Exception {
        var host = new DaemonHost();
        host.keeperIsBroken = true;
        var criu = new CriuCheckpointer(Crius.DEFAULT.path(), host, folder);
        try (var victim = saved(criu, RunningVictim.Shape.PLAIN)) {
            var running = running(criu.restoreLazily(metadata, sink, _ -> true));
            assertThat(running.filling().await()).isEqualTo(new End.Whole());
            victim.goesOn(MEBIBYTES);
        }
    }

    @Test
    void whoeverKillsItMeanwhileIsNoFailureOfOurs() throws Exception {
        var criu = new CriuCheckpointer(Crius.DEFAULT.path(), new CriuOnLinux(), folder);
        try (var victim = saved(criu, RunningVictim.Shape.PLAIN)) {
            var running = running(criu.restoreLazily(metadata, new SlowPages(sink, way), _ -> true));
            way.fail();
            ProcessHandle.of(victim.pid()).orElseThrow().destroyForcibly();
            assertThat(running.filling().await()).isEqualTo(new End.Whole());
        }
    }

    @Test
    void aTreeThatMayNotRunLeavesNothingBehind() throws Exception {
        var host = new DaemonHost();
        var criu = new CriuCheckpointer(Crius.DEFAULT.path(), host, folder);
        try (var victim = saved(criu, RunningVictim.Shape.PLAIN)) {
            assertThat(criu.restoreLazily(metadata, sink, _ -> false))
                    .isInstanceOfSatisfying(
                            LazyOutcome.Failed.class,
                            failed -> assertThat(failed.reason()).isEqualTo("not-allowed"));
            assertThat(victim.isDead()).isTrue();
            assertThat(ProcessHandle.of(host.daemon)).isEmpty();
            assertThat(folders()).isEmpty();
        }
    }

    private List<Path> folders() throws IOException {
        try (var all = Files.list(folder)) {
            return all.filter(Files::isDirectory).toList();
        }
    }

    private RunningVictim saved(CriuCheckpointer criu, RunningVictim.Shape shape) throws Exception {
        var victim = RunningVictim.start(folder, MEBIBYTES, shape);
        assertThat(criu.dump(new Source(victim.pid(), metadata, LIMIT), sink, () -> Verdict.KILL))
                .isInstanceOf(DumpOutcome.Killed.class);
        victim.awaitReaped();
        return victim;
    }

    private static LazyOutcome.Running running(LazyOutcome outcome) {
        assertThat(outcome).isInstanceOf(LazyOutcome.Running.class);
        return (LazyOutcome.Running) outcome;
    }

    /// Lets go, and says that it could not.
    private record BrokenKeeper(Keeper real) implements Keeper {
        @Override
        public void letGo() throws IOException {
            real.letGo();
            throw new IOException("broken");
        }

        @Override
        public void kill() throws IOException {
            real.kill();
        }
    }

    /// Remembers the daemon.
    private static final class DaemonHost implements CriuHost {
        private final CriuHost real = new CriuOnLinux();
        private volatile long daemon;
        private volatile boolean keeperIsBroken;

        @Override
        public CriuWorker start(Path criu, Path images, Path work) throws IOException {
            return real.start(criu, images, work);
        }

        @Override
        public LazyDaemon startLazyPages(Path criu, Path images, Path work) throws IOException {
            var started = real.startLazyPages(criu, images, work);
            daemon = started.pid();
            return started;
        }

        @Override
        public Keeper keep(LazyDaemon watching, long root, int tasks, Path work) throws IOException {
            Keeper keeper = real.keep(watching, root, tasks, work);
            return keeperIsBroken ? new BrokenKeeper(keeper) : keeper;
        }

        @Override
        public ImagesFolder images(Path other) throws IOException {
            return real.images(other);
        }

        @Override
        public void write(long pid, long address, ByteBuffer pages) throws IOException {
            real.write(pid, address, pages);
        }

        @Override
        public PageMemory memory(ByteCount size) throws IOException {
            return real.memory(size);
        }

        @Override
        public void stop(long pid) throws IOException {
            real.stop(pid);
        }
    }
}
