package dev.lifeboat.edge.criu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.agent.Checkpointer.RestoreOutcome;
import dev.lifeboat.agent.Checkpointer.Source;
import dev.lifeboat.agent.Checkpointer.Verdict;
import dev.lifeboat.agent.CorruptCheckpoint;
import dev.lifeboat.agent.PageSource;
import dev.lifeboat.checkpoint.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Real CRIU, real processes that come back, or must not.
final class CriuRestoreIT {
    private static final int MEBIBYTES = 64;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final RecordingSink sink = new RecordingSink();
    private final WatchedHost host = new WatchedHost();

    @TempDir
    Path folder;

    Path metadata = Path.of("/");

    @BeforeEach
    void makeMetadata() throws IOException {
        metadata = Files.createTempDirectory(Path.of("/dev/shm"), "lifeboat-it-");
    }

    @AfterEach
    void deleteMetadata() throws IOException {
        FileUtils.deleteDirectory(metadata.toFile());
    }

    @Test
    void whereNoMemoryCanBeMountedTheMetadatasFolderDoes() throws Exception {
        host.giveOnlyPlainFolders();
        var criu = criu(Crius.DEFAULT);
        try (var victim = RunningVictim.start(folder, MEBIBYTES)) {
            criu.dump(source(victim), sink, () -> Verdict.KILL);
            victim.awaitReaped();
            assertThat(criu.restore(metadata, sink, pid -> true)).isEqualTo(new RestoreOutcome.Running(victim.pid()));
            victim.goesOn(MEBIBYTES);
            assertThat(FileUtils.sizeOfDirectory(metadata.toFile()))
                    .as("images are gone")
                    .isLessThan(sink.bytes() / 100);
        }
    }

    @Test
    void aProcessorThatLacksSomethingIsNamedBeforeAnythingIsRestored() throws Exception {
        var criu = criu(Crius.DEFAULT);
        try (var victim = RunningVictim.start(folder, MEBIBYTES)) {
            criu.dump(source(victim), sink, () -> Verdict.KILL);
            victim.awaitReaped();
            Path image = metadata.resolve("cpuinfo.img");
            byte[] same = Files.readAllBytes(image);
            Files.write(image, withAnotherStateSize(same));
            assertThat(criu.restore(metadata, sink, pid -> {
                        throw new AssertionError("it was restored");
                    }))
                    .isInstanceOfSatisfying(
                            RestoreOutcome.Unfit.class,
                            unfit -> assertThat(unfit.why()).contains("xsave"));
            assertThat(victim.isDead()).isTrue();
            Files.write(image, same);
            assertThat(criu.restore(metadata, sink, pid -> true)).isEqualTo(new RestoreOutcome.Running(victim.pid()));
        }
    }

    /// Field 9 of the processor, `xsave_size`, comes last but one: a varint of two bytes behind its tag.
    private static byte[] withAnotherStateSize(byte[] image) {
        byte[] other = image.clone();
        for (int at = image.length - 1; at > 0; at--) {
            if (other[at] == 9 << 3) {
                other[at + 1] ^= 1 << 6;
                return other;
            }
        }
        throw new AssertionError("no xsave_size in cpuinfo.img");
    }

    @Test
    void aProcessNumberThatIsTakenRefusesTheRestore() throws Exception {
        var criu = criu(Crius.DEFAULT);
        try (var victim = RunningVictim.start(folder, MEBIBYTES)) {
            criu.dump(source(victim), sink, () -> Verdict.THAW);
            assertThat(criu.restore(metadata, sink, pid -> true))
                    .isInstanceOfSatisfying(
                            RestoreOutcome.Failed.class,
                            failed -> assertThat(failed.reason()).isEqualTo("pid-taken"));
            victim.goesOn(MEBIBYTES);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRestoredTreeThatMayNotRunDiesBeforeItHasRun(Crius suite) throws Exception {
        var criu = criu(suite);
        try (var victim = RunningVictim.start(folder, MEBIBYTES)) {
            criu.dump(source(victim), sink, () -> Verdict.KILL);
            long before = victim.words();
            assertThat(criu.restore(metadata, sink, pid -> false))
                    .isInstanceOfSatisfying(
                            RestoreOutcome.Failed.class,
                            failed -> assertThat(failed.reason()).isEqualTo("not-allowed"));
            assertThat(victim.isDead()).isTrue();
            assertThat(victim.words()).isEqualTo(before);
            victim.awaitReaped();
            assertThat(criu.restore(metadata, sink, pid -> true)).isEqualTo(new RestoreOutcome.Running(victim.pid()));
            victim.goesOn(MEBIBYTES);
        }
    }

    /// The signal waits for it, and is the first thing that it sees. It has one thread: where one of several is let go
    /// and ends them all before CRIU has let go of the last, CRIU calls that a failure (criu/cr-restore.c,
    /// finalize_restore_detach).
    @Test
    void aTreeThatEndsAsSoonAsItIsLetGoWasRestored() throws Exception {
        var criu = criu(Crius.DEFAULT);
        try (var victim = RunningVictim.sleeping(folder)) {
            criu.dump(source(victim), sink, () -> Verdict.KILL);
            victim.awaitReaped();
            assertThat(criu.restore(
                            metadata,
                            sink,
                            pid -> ProcessHandle.of(pid).orElseThrow().destroy()))
                    .isEqualTo(new RestoreOutcome.Running(victim.pid()));
            victim.awaitReaped();
        }
    }

    @Test
    void aCriuKilledWhileItRestoresLeavesNothingBehind() throws Exception {
        var criu = criu(Crius.DEFAULT);
        try (var victim = RunningVictim.start(folder, MEBIBYTES)) {
            criu.dump(source(victim), sink, () -> Verdict.KILL);
            assertThat(victim.isDead()).isTrue();
            Thread killer = Thread.ofPlatform().start(() -> {
                victim.awaits(
                        "the first sign of it",
                        () -> ProcessHandle.of(victim.pid()).isPresent());
                host.killLast();
            });
            assertThat(criu.restore(metadata, sink, pid -> true))
                    .isInstanceOfSatisfying(
                            RestoreOutcome.Failed.class,
                            failed -> assertThat(failed.reason()).isEqualTo("criu-died"));
            killer.join();
            assertThat(victim.isDead()).isTrue();

            victim.awaitReaped();
            assertThat(criu.restore(metadata, sink, pid -> true)).isEqualTo(new RestoreOutcome.Running(victim.pid()));
            victim.goesOn(MEBIBYTES);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"WITH_PARENT", "SHARED_MEMORY"})
    void mostOfATreesMemoryGoesStraightIntoItWhateverItsShape(RunningVictim.Shape shape) throws Exception {
        var criu = criu(Crius.DEFAULT);
        try (var victim = RunningVictim.start(folder, MEBIBYTES, shape)) {
            criu.dump(source(victim), sink, () -> Verdict.KILL);
            victim.awaitReaped();
            var written = new AtomicLong();
            assertThat(criu.restore(metadata, sink, pid -> {
                        written.set(host.written());
                        return true;
                    }))
                    .isEqualTo(new RestoreOutcome.Running(victim.pid()));
            assertThat(host.written())
                    .as("nothing is written once the gate is asked")
                    .isEqualTo(written.get());
            if (shape != RunningVictim.Shape.SHARED_MEMORY) {
                assertThat(written.get()).isGreaterThan((long) MEBIBYTES << 20);
            }
            victim.goesOn(MEBIBYTES);
        }
    }

    @Test
    void pagesThatTurnOutCorruptInARebuiltTreeEndItBeforeItHasRun() throws Exception {
        var criu = criu(Crius.DEFAULT);
        try (var victim = RunningVictim.start(folder, MEBIBYTES)) {
            criu.dump(source(victim), sink, () -> Verdict.KILL);
            long before = victim.words();
            var corrupt = new InTheMiddle(sink, host, () -> {
                throw new CorruptCheckpoint("data-0, chunk 7");
            });
            assertThatThrownBy(() -> criu.restore(metadata, corrupt, _ -> {
                        throw new AssertionError("it was to run");
                    }))
                    .isInstanceOf(CorruptCheckpoint.class)
                    .hasMessageContaining("chunk 7");
            assertThat(victim.isDead()).isTrue();
            assertThat(victim.words()).isEqualTo(before);
            victim.awaitReaped();
            assertThat(criu.restore(metadata, sink, _ -> true)).isEqualTo(new RestoreOutcome.Running(victim.pid()));
            victim.goesOn(MEBIBYTES);
        }
    }

    @Test
    void aTreeThatIsKilledWhileItsMemoryIsFilledIsNoRestoredTree() throws Exception {
        var criu = criu(Crius.DEFAULT);
        try (var victim = RunningVictim.start(folder, MEBIBYTES)) {
            criu.dump(source(victim), sink, () -> Verdict.KILL);
            victim.awaitReaped();
            var killing = new InTheMiddle(sink, host, () -> {
                ProcessHandle.of(victim.pid()).ifPresent(ProcessHandle::destroyForcibly);
                victim.awaits("its death", victim::isDead);
            });
            assertThat(criu.restore(metadata, killing, _ -> {
                        throw new AssertionError("it was to run");
                    }))
                    .isInstanceOfSatisfying(
                            RestoreOutcome.Failed.class,
                            failed -> assertThat(failed.reason()).isEqualTo("memory-refused"));
            victim.awaitReaped();
            assertThat(criu.restore(metadata, sink, _ -> true)).isEqualTo(new RestoreOutcome.Running(victim.pid()));
        }
    }

    /// Does something as soon as 1 MiB has gone into a rebuilt tree.
    private static final class InTheMiddle extends RelayedPages {
        private final WatchedHost host;
        private final Runnable deed;

        InTheMiddle(PageSource real, WatchedHost host, Runnable deed) {
            super(real);
            this.host = host;
            this.deed = deed;
        }

        @Override
        public void read(Extent extent, ByteBuffer target) throws InterruptedException {
            if (host.written() > 1 << 20) {
                deed.run();
            }
            super.read(extent, target);
        }
    }

    private CriuCheckpointer criu(Crius suite) throws IOException {
        return new CriuCheckpointer(suite.path(), host, folder);
    }

    private Source source(RunningVictim victim) {
        return new Source(victim.pid(), metadata, LIMIT);
    }
}
