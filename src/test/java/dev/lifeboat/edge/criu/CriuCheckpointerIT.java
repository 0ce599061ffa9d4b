package dev.lifeboat.edge.criu;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.agent.Checkpointer.DumpOutcome;
import dev.lifeboat.agent.Checkpointer.OnCaptured;
import dev.lifeboat.agent.Checkpointer.RestoreOutcome;
import dev.lifeboat.agent.Checkpointer.Source;
import dev.lifeboat.agent.Checkpointer.Verdict;
import dev.lifeboat.agent.PageMemory;
import dev.lifeboat.agent.PageSink;
import dev.lifeboat.agent.PreDumper;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import dev.lifeboat.edge.launch.CriuOnLinux;
import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
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
        Files.walkFileTree(metadata, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException broken) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
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
                case SHARED_MEMORY -> assertThat(kinds).contains(MemoryObject.Kind.SHARED);
            }
            victim.awaitReaped();
            assertThat(criu.restore(metadata, sink, pid -> true)).isEqualTo(new RestoreOutcome.Running(victim.pid()));
            victim.goesOn(MEBIBYTES);
        }
    }

    @Test
    void whereNoMemoryCanBeMountedTheMetadatasFolderDoes() throws Exception {
        host.plainFolders = true;
        var criu = criu(Crius.DEFAULT);
        try (var victim = RunningVictim.start(folder, MEBIBYTES)) {
            criu.dump(source(victim), sink, () -> Verdict.KILL);
            victim.awaitReaped();
            assertThat(criu.restore(metadata, sink, pid -> true)).isEqualTo(new RestoreOutcome.Running(victim.pid()));
            victim.goesOn(MEBIBYTES);
            assertThat(sizeOf(metadata)).as("images are gone").isLessThan(sink.bytes() / 100);
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
            var outcome = criu.preDump(source(victim), sink);
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
            assertThat(sizeOf(metadata)).as("metadata").isLessThan(budget);
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
            var agent = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "--sun-misc-unsafe-memory-access=allow",
                            "-cp",
                            System.getProperty("java.class.path"),
                            DumpingAgent.class.getName(),
                            criu.toString(),
                            Long.toString(victim.pid()),
                            metadata.toString(),
                            folder.toString(),
                            point.name()))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            assertThat(agent.inputReader().readLine()).isEqualTo("there");
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

    /// Remembers whom it started last.
    private record Lent(Path path) implements CriuHost.ImagesFolder {
        @Override
        public void close() {}
    }

    private static final class WatchedHost implements CriuHost {
        private final CriuHost real = new CriuOnLinux();
        private volatile @Nullable CriuWorker last;
        private boolean plainFolders;

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
    }

    private static long sizeOf(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    /// /proc/PID/io, proc_pid_io(5).
    ///
    /// @param written bytes handed to write(2) and its like, to whatever file
    /// @param toDisk bytes that went on their way to a disk
    private record WriteCounters(long written, long toDisk) {
        WriteCounters(long pid) {
            this(field(pid, "wchar"), field(pid, "write_bytes"));
        }

        long writtenSince(WriteCounters before) {
            return Math.max(written - before.written, toDisk - before.toDisk);
        }

        private static long field(long pid, String name) {
            try {
                return Files.readAllLines(Path.of("/proc/" + pid + "/io")).stream()
                        .filter(line -> line.startsWith(name + ":"))
                        .mapToLong(line ->
                                Long.parseLong(line.substring(name.length() + 1).strip()))
                        .findFirst()
                        .orElseThrow();
            } catch (IOException gone) {
                throw new AssertionError(gone);
            }
        }
    }
}
