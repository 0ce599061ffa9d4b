package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.agent.CheckpointStore;
import dev.lifeboat.edge.criu.CriuCheckpointer;
import dev.lifeboat.edge.criu.Crius;
import dev.lifeboat.edge.objectstore.FaultyStore;
import dev.lifeboat.edge.objectstore.KeyFile;
import dev.lifeboat.edge.objectstore.S3Server;
import dev.lifeboat.edge.objectstore.StoreLocation;
import dev.lifeboat.edge.process.ProcessSpec;
import dev.lifeboat.edge.process.ProcessWorkloads;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.RestoreFailure;
import dev.lifeboat.migration.SaveFailure;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever breaks, a workload runs exactly once: the production agent, real CRIU, a real process, a real store.
final class NeverDeadIT {
    private static final Duration WINDOW = Duration.ofSeconds(60);
    private static final Duration SHORT_WINDOW = Duration.ofSeconds(3);

    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @TempDir
    private Path folder;

    private Path scratch;
    private CriuCheckpointer checkpointer;
    private FaultyStore store;
    private CheckpointStore checkpoints;
    private CountingVictim victim;
    private AgentUnderTest source;
    private long pid;

    @BeforeEach
    void startVictim() throws Exception {
        scratch = Files.createTempDirectory(Path.of("/dev/shm"), "never-dead-");
        Path logs = Files.createDirectories(folder.resolve("criu"));
        checkpointer = new CriuCheckpointer(Crius.DEFAULT.path(), new CriuOnLinux(), logs);
        use(new StoreLocation.Folder(folder.resolve("store")));
        Path spec = CountingVictim.spec(folder.resolve("victim.json"));
        victim = new CountingVictim(workloads("node-a").folder(CountingVictim.ID));
        pid = workloads("node-a").start(ProcessSpec.read(spec), spec);
        source = agent("node-a");
        victim.goesOn();
        // CRIU refuses an open file that comes back with another mode.
        Files.setPosixFilePermissions(
                victim.folder().resolve("ticks.log"), PosixFilePermissions.fromString("rw-r-----"));
    }

    @AfterEach
    void leaveNothing() throws Exception {
        store.heal();
        victim.processes().forEach(each -> ProcessHandle.of(each).ifPresent(ProcessHandle::destroyForcibly));
        for (AutoCloseable each : open) {
            each.close();
        }
        deleteScratch();
    }

    @Test
    void aStoreThatRefusesEveryWriteLeavesTheWorkloadRunning() throws Exception {
        store.refuseWrites();
        assertSaveFailed(source.save(WINDOW), SaveFailure.STORE_REFUSED);
        victim.goesOn();
    }

    @Test
    void aStoreThatStallsPastTheDeadlineLeavesTheWorkloadRunning() throws Exception {
        store.stallWrites();
        assertSaveFailed(source.save(SHORT_WINDOW), SaveFailure.STORE_STALLED, SaveFailure.TOO_LATE);
        victim.goesOn();
    }

    @Test
    void aFlippedBitIsNamedAndNothingIsRestored() throws Exception {
        save();
        Path object = flipBit();
        assertThat(agent("node-b").restore()).isInstanceOfSatisfying(Report.RestoreFailed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(RestoreFailure.CORRUPT);
            assertThat(failed.detail())
                    .contains(folder.resolve("store").relativize(object).toString())
                    .containsPattern("chunk \\d+");
        });
        assertThat(victim.processes()).isEmpty();
        assertThat(workloads("node-b").running()).isEmpty();
    }

    @Test
    void ofTwoAgentsThatRestoreAtOnceOneResumes() throws Exception {
        save();
        var targets = List.of(agent("node-b"), agent("node-c"));
        targets.forEach(AgentUnderTest::orderRestore);
        var answers = List.of(targets.getFirst().answer(), targets.getLast().answer());
        assertThat(answers).hasAtLeastOneElementOfType(Report.Resumed.class);
        assertThat(answers)
                .filteredOn(Report.RestoreFailed.class::isInstance)
                .singleElement()
                .extracting(answer -> ((Report.RestoreFailed) answer).reason())
                .isEqualTo(RestoreFailure.CLAIM_LOST);
        victim.goesOn();
    }

    @Test
    void aSavedWorkloadDiesAndGoesOnWhereItIsRestored() throws Exception {
        save();
        long ticks = victim.ticks();
        assertThat(agent("node-b").restore())
                .isInstanceOfSatisfying(
                        Report.Resumed.class,
                        resumed -> assertThat(resumed.pid()).isEqualTo(pid));
        victim.goesOn();
        assertThat(victim.ticks()).isGreaterThan(ticks);
        assertThat(workloads("node-a").running()).isEmpty();
        assertThat(workloads("node-b").running()).hasSize(1);
    }

    @Test
    void aRepeatedSaveSparesWhatWasRestoredFromIt() throws Exception {
        save();
        assertThat(source.restore()).isInstanceOf(Report.Resumed.class);
        assertThat(source.save(WINDOW)).isInstanceOf(Report.Stored.class);
        assertThat(agent("node-a").save(WINDOW)).as("after a restart").isInstanceOf(Report.Stored.class);
        victim.goesOn();
    }

    @Test
    void noPageTouchesADiskOnItsWayToS3() throws Exception {
        var server = S3Server.start(folder.resolve("s3"));
        open.addLast(server);
        use(server.location());
        var agent = agent("node-a");
        var before = Written.now();
        var stored = (Report.Stored) agent.save(WINDOW);
        var saved = Written.now().since(before);
        System.out.println(
                "NeverDeadIT: pages " + stored.pages() + ", stored " + stored.stored() + ", written " + saved);
        assertThat(saved.toDisk()).isLessThan(stored.pages().bytes() / 100);
        assertThat(saved.byCalls() - stored.stored().bytes())
                .as("beyond what went to the store's socket")
                .isLessThan(stored.pages().bytes() / 100);

        Path control = Files.write(folder.resolve("control"), new byte[1 << 20]);
        assertThat(Written.now().since(before).toDisk() - saved.toDisk())
                .as("the counter sees " + control)
                .isGreaterThanOrEqualTo(1 << 20);
    }

    private void use(StoreLocation location) {
        store = FaultyStore.over(location);
        var opened = store.checkpoints(KeyFile.read(key()));
        checkpoints = opened;
        open.addFirst(opened);
    }

    private Path key() {
        try {
            return Files.writeString(folder.resolve("key"), "0123456789abcdef".repeat(4));
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
    }

    private ProcessWorkloads workloads(String node) throws IOException {
        return new ProcessWorkloads(folder.resolve("workloads"), folder.resolve(node));
    }

    private AgentUnderTest agent(String node) throws IOException {
        var host = AgentUnderTest.host(node, checkpointer, Files.createDirectories(scratch.resolve(node)));
        var agent = new AgentUnderTest(host, workloads(node), checkpointer, checkpoints);
        open.addFirst(agent);
        return agent;
    }

    /// Returns once the source's process number is free for the restore.
    private void save() throws Exception {
        assertThat(source.save(WINDOW)).isInstanceOf(Report.Stored.class);
        assertThat(victim.processes()).isEmpty();
        CountingVictim.awaits("the reaper", () -> !Files.exists(Path.of("/proc/" + pid)));
    }

    private static void assertSaveFailed(Report answer, SaveFailure... reasons) {
        assertThat(answer).isInstanceOfSatisfying(Report.SaveFailed.class, failed -> {
            assertThat(failed.reason()).isIn((Object[]) reasons);
            assertThat(failed.workloadAlive()).isTrue();
        });
    }

    /// In the middle of the largest object: among the pages.
    private Path flipBit() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("store"))) {
            Path largest = files.filter(Files::isRegularFile)
                    .max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow();
            try (var file = new RandomAccessFile(largest.toFile(), "rw")) {
                file.seek(file.length() / 2);
                int old = file.read();
                file.seek(file.length() / 2);
                file.write(old ^ 1);
            }
            return largest;
        }
    }

    private void deleteScratch() throws IOException {
        FileUtils.deleteDirectory(scratch.toFile());
    }

    /// What this process and the children that it has reaped wrote, proc_pid_io(5).
    ///
    /// @param byCalls bytes handed to write(2) and its like, sockets included
    /// @param toDisk bytes that went on their way to a disk
    private record Written(long byCalls, long toDisk) {
        static Written now() throws IOException {
            return new Written(field("wchar"), field("write_bytes"));
        }

        Written since(Written before) {
            return new Written(byCalls - before.byCalls, toDisk - before.toDisk);
        }

        private static long field(String name) throws IOException {
            try (Stream<String> lines = Files.lines(Path.of("/proc/self/io"))) {
                return lines.filter(line -> line.startsWith(name + ":"))
                        .mapToLong(line ->
                                Long.parseLong(line.substring(name.length() + 1).strip()))
                        .findFirst()
                        .orElseThrow();
            }
        }
    }
}
