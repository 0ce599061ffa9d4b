package dev.lifeboat.edge.criu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.agent.Checkpointer.DumpOutcome;
import dev.lifeboat.agent.Checkpointer.OnCaptured;
import dev.lifeboat.agent.Checkpointer.RestoreOutcome;
import dev.lifeboat.agent.Checkpointer.Source;
import dev.lifeboat.agent.Checkpointer.Verdict;
import dev.lifeboat.agent.PageSink;
import dev.lifeboat.agent.PreDumper;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Real CRIU, real processes.
final class CriuCheckpointerIT {
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

    @ParameterizedTest
    @EnumSource
    void aKilledTreeComesBackWithEveryPage(Crius suite) throws Exception {
        var criu = criu(suite);
        try (var victim = RunningVictim.start(folder, MEBIBYTES)) {
            var outcome = criu.dump(source(victim), sink, () -> Verdict.KILL);
            assertThat(outcome).isInstanceOfSatisfying(DumpOutcome.Killed.class, killed -> {
                assertThat(killed.pages().bytes()).isEqualTo(sink.bytes()).isGreaterThan((long) MEBIBYTES << 20);
                assertThat(killed.frozen()).isPositive();
            });
            assertThat(victim.isDead()).isTrue();
            long before = victim.words();

            victim.awaitReaped();
            assertThat(criu.restore(metadata, sink, pid -> true)).isEqualTo(new RestoreOutcome.Running(victim.pid()));
            victim.goesOn(MEBIBYTES);
            assertThat(victim.words()).isGreaterThan(before);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyShapeOfTreeComesBack(RunningVictim.Shape shape) throws Exception {
        var criu = criu(Crius.DEFAULT);
        try (var victim = RunningVictim.start(folder, MEBIBYTES, shape)) {
            assertThat(criu.dump(source(victim), sink, () -> Verdict.KILL)).isInstanceOf(DumpOutcome.Killed.class);
            assertThat(victim.isDead()).isTrue();
            var kinds = sink.objects().stream()
                    .filter(owner -> !sink.extents(owner).isEmpty())
                    .map(MemoryObject::kind);
            switch (shape) {
                case PLAIN -> assertThat(kinds).containsExactly(MemoryObject.Kind.TASK);
                case WITH_PARENT -> assertThat(kinds).containsExactly(MemoryObject.Kind.TASK, MemoryObject.Kind.TASK);
                case WITH_FORKING_PARENT -> assertThat(kinds).contains(MemoryObject.Kind.TASK);
                case SHARED_MEMORY -> assertThat(kinds).contains(MemoryObject.Kind.SHARED);
            }
            victim.awaitReaped();
            assertThat(criu.restore(metadata, sink, pid -> true)).isEqualTo(new RestoreOutcome.Running(victim.pid()));
            victim.goesOn(MEBIBYTES);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aThawedTreeGoesOn(Crius suite) throws Exception {
        var criu = criu(suite);
        try (var victim = RunningVictim.start(folder, MEBIBYTES)) {
            var outcome = criu.dump(source(victim), sink, () -> Verdict.THAW);
            assertThat(outcome).isInstanceOf(DumpOutcome.Thawed.class);
            victim.goesOn(MEBIBYTES);
        }
    }

    /// Where the kernel does not track memory CRIU refuses; where it does, the VM suite goes on from here.
    @ParameterizedTest
    @EnumSource
    void aPreDumpLeavesTheTreeRunningWhateverComesOfIt(Crius suite) throws Exception {
        var criu = criu(suite);
        try (var victim = RunningVictim.start(folder, MEBIBYTES)) {
            assertThat(criu.processor()).isZero();
            var outcome = criu.preDump(source(victim), sink);
            assertThat(criu.processor()).as("what CRIU used").isBetween(Duration.ofNanos(1), Duration.ofMinutes(1));
            if (criu.features().tracksMemory()) {
                assertThat(outcome).isInstanceOf(PreDumper.Outcome.Done.class);
            } else {
                assertThat(outcome)
                        .isInstanceOfSatisfying(
                                PreDumper.Outcome.Failed.class,
                                failed -> assertThat(failed.reason()).isEqualTo(FailureCode.CRIU_REFUSED.code()));
            }
            victim.goesOn(MEBIBYTES);
        }
    }

    @Test
    void nothingIsOnDiskWhenEverythingIsCaptured() throws Exception {
        var criu = criu(Crius.DEFAULT);
        try (var victim = RunningVictim.start(folder, MEBIBYTES)) {
            var io = new WriteCounters(ProcessHandle.current().pid());
            var criuIo = new WriteCounters[1];
            criu.dump(source(victim), sink, () -> {
                criuIo[0] = new WriteCounters(host.lastHandle().pid());
                return Verdict.THAW;
            });
            long budget = sink.bytes() / 100;
            assertThat(FileUtils.sizeOfDirectory(metadata.toFile()))
                    .as("metadata")
                    .isLessThan(budget);
            assertThat(new WriteCounters(ProcessHandle.current().pid()).writtenSince(io))
                    .as("written by us")
                    .isLessThan(budget);
            assertThat(criuIo[0].written()).as("written by CRIU").isLessThan(budget);
        }
    }

    @Test
    void aSinkThatThrowsLetsTheTreeGo() throws Exception {
        var failing = new RecordingSink() {
            @Override
            public void commit(Extent extent) {
                super.commit(extent);
                if (bytes() > 20 << 20) {
                    throw new IllegalStateException("the store is full");
                }
            }
        };
        failsAndGoesOn(failing, () -> Verdict.KILL, FailureCode.SINK_FAILED, "the store is full");
    }

    @Test
    void aVerdictThatThrowsLetsTheTreeGo() throws Exception {
        OnCaptured failing = () -> {
            throw new IllegalStateException("the manifest was refused");
        };
        failsAndGoesOn(sink, failing, FailureCode.VERDICT_FAILED, "the manifest was refused");
    }

    @Test
    void aCriuKilledInTheMiddleLetsTheTreeGo() throws Exception {
        failsAndGoesOn(at(20 << 20, this::killCriu), () -> Verdict.KILL, FailureCode.CRIU_DIED, "");
    }

    @Test
    void aCriuKilledWhileTheVerdictIsPendingInterruptsIt() throws Exception {
        OnCaptured pending = () -> {
            killCriu();
            new CountDownLatch(1).await();
            return Verdict.KILL;
        };
        failsAndGoesOn(sink, pending, FailureCode.CRIU_DIED, "");
    }

    @Test
    void aCriuKilledBeforeItKillsDoesNotSaveTheTree() throws Exception {
        var criu = criu(Crius.DEFAULT);
        try (var victim = RunningVictim.start(folder, MEBIBYTES)) {
            var outcome = criu.dump(source(victim), sink, () -> {
                killCriu();
                return Verdict.KILL;
            });
            assertThat(outcome).isInstanceOf(DumpOutcome.Killed.class);
            assertThat(victim.isDead()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAgentKilledOnTheWayLeavesNothingBehind(DumpingAgent.Point point) throws Exception {
        var criu = Crius.DEFAULT.path();
        try (var victim = RunningVictim.start(folder, MEBIBYTES)) {
            Process agent = DumpingAgent.start(criu, source(victim), folder, point);
            var dumper = new ProcessTree(agent.children().toList());
            assertThat(dumper.processes()).hasSize(1);
            assertThat(ProcessTree.of(victim.pid()).map(ProcessTree::runs)).contains(false);

            agent.destroyForcibly().waitFor();

            victim.goesOn(MEBIBYTES);
            assertThat(dumper.isGone()).as("CRIU ends by itself").isTrue();
        }
    }

    @Test
    void aStallEndsWithTheLimit() throws Exception {
        var criu = criu(Crius.DEFAULT);
        var stalling = new RecordingSink() {
            @Override
            public ByteBuffer reserve(Extent extent) throws InterruptedException {
                if (bytes() > 20 << 20) {
                    new CountDownLatch(1).await();
                }
                return super.reserve(extent);
            }
        };
        try (var victim = RunningVictim.start(folder, MEBIBYTES)) {
            var limited = new Source(victim.pid(), metadata, Duration.ofSeconds(2));
            var outcome = criu.dump(limited, stalling, () -> Verdict.KILL);
            assertThat(outcome).isInstanceOfSatisfying(DumpOutcome.Failed.class, failed -> {
                assertThat(failed.reason()).isEqualTo("limit-spent");
                assertThat(failed.alive()).isTrue();
            });
            victim.goesOn(MEBIBYTES);
        }
    }

    @Test
    void anInterruptGivesTheDumpUp() throws Exception {
        var criu = criu(Crius.DEFAULT);
        var caller = Thread.currentThread();
        try (var victim = RunningVictim.start(folder, MEBIBYTES)) {
            assertThatThrownBy(() -> criu.dump(source(victim), at(20 << 20, caller::interrupt), () -> {
                        new CountDownLatch(1).await();
                        return Verdict.KILL;
                    }))
                    .isInstanceOf(InterruptedException.class);
            victim.goesOn(MEBIBYTES);
        }
    }

    @Test
    void aProcessThatIsGoneIsNamed() throws Exception {
        var criu = criu(Crius.DEFAULT);
        var ended = new ProcessBuilder("true").start();
        ended.waitFor();
        assertThat(criu.dump(new Source(ended.pid(), metadata, LIMIT), sink, () -> Verdict.KILL))
                .isInstanceOfSatisfying(
                        DumpOutcome.Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo("source-gone"));
    }

    @Test
    void metadataOnDiskIsRefused() throws Exception {
        var criu = criu(Crius.DEFAULT);
        try (var victim = RunningVictim.start(folder, MEBIBYTES)) {
            var onDisk = new Source(victim.pid(), Path.of("/proc"), LIMIT);
            assertThat(criu.dump(onDisk, sink, () -> Verdict.KILL))
                    .isInstanceOfSatisfying(
                            DumpOutcome.Failed.class,
                            failed -> assertThat(failed.reason()).isEqualTo("not-in-memory"));
        }
    }

    private void failsAndGoesOn(PageSink pages, OnCaptured verdict, FailureCode why, String told) throws Exception {
        var criu = criu(Crius.DEFAULT);
        try (var victim = RunningVictim.start(folder, MEBIBYTES)) {
            assertThat(criu.dump(source(victim), pages, verdict))
                    .isInstanceOfSatisfying(DumpOutcome.Failed.class, failed -> {
                        assertThat(failed.reason()).as(failed.logTail()).isEqualTo(why.code());
                        assertThat(failed.logTail()).contains(told);
                        assertThat(failed.alive()).isTrue();
                    });
            victim.goesOn(MEBIBYTES);
        }
    }

    private CriuCheckpointer criu(Crius suite) throws IOException {
        return new CriuCheckpointer(suite.path(), host, folder);
    }

    private Source source(RunningVictim victim) {
        return new Source(victim.pid(), metadata, LIMIT);
    }

    private static RecordingSink at(long bytes, Runnable action) {
        return new RecordingSink() {
            private boolean done;

            @Override
            public void commit(Extent extent) {
                super.commit(extent);
                if (!done && bytes() > bytes) {
                    done = true;
                    action.run();
                }
            }
        };
    }

    private void killCriu() {
        host.killLast();
    }
}
