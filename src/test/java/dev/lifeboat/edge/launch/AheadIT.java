package dev.lifeboat.edge.launch;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.agent.Ahead;
import dev.lifeboat.agent.Background;
import dev.lifeboat.agent.Budget;
import dev.lifeboat.agent.Copied;
import dev.lifeboat.checkpoint.BackgroundCheckpoint;
import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.edge.criu.CriuCheckpointer;
import dev.lifeboat.edge.criu.Crius;
import dev.lifeboat.edge.linux.ForeignNetwork;
import dev.lifeboat.edge.linux.ProcessMemory;
import dev.lifeboat.edge.objectstore.KeyFile;
import dev.lifeboat.edge.objectstore.StoreLocation;
import dev.lifeboat.edge.objectstore.StoredCheckpoints;
import dev.lifeboat.edge.process.ProcessSpec;
import dev.lifeboat.edge.process.ProcessWorkloads;
import dev.lifeboat.edge.process.Questions;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.RestoreFailure;
import dev.lifeboat.migration.StandingOrders.Keeping;
import dev.lifeboat.policy.Ready;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Saves on pages that were put ahead: the production agent, real CRIU, a real process that changes and checks its own
/// memory.
final class AheadIT {
    private static final Duration WINDOW = Duration.ofMinutes(2);
    private static final Budget GENEROUS = new Budget(100, ByteRate.ofMegabytes(1e6));
    private static final Budget TINY = new Budget(0.0001, ByteRate.ofMegabytes(1e6));

    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @TempDir
    private Path folder;

    private Path scratch;
    private Path key;
    private CriuCheckpointer checkpointer;
    private StoredCheckpoints checkpoints;
    private CountingVictim victim;
    private long pid;

    @BeforeEach
    void startVictim() throws Exception {
        scratch = Files.createTempDirectory(Path.of("/dev/shm"), "ahead-");
        key = Files.writeString(folder.resolve("key"), "0123456789abcdef".repeat(4));
        checkpointer = new CriuCheckpointer(
                Crius.DEFAULT.path(), new CriuOnLinux(), Files.createDirectories(folder.resolve("criu")));
        checkpoints = new StoredCheckpoints(
                new StoreLocation.Folder(folder.resolve("store")),
                KeyFile.read(key),
                new StoredCheckpoints.Settings(Codec.ZSTD, ByteCount.ofMebi(64), 2));
        open.addFirst(checkpoints);
        Path spec = CountingVictim.spec(folder.resolve("victim.json"));
        victim = new CountingVictim(workloads("node-a").folder(CountingVictim.ID));
        pid = workloads("node-a").start(ProcessSpec.read(spec), spec);
        victim.goesOn();
    }

    @AfterEach
    void leaveNothing() throws Exception {
        victim.processes().forEach(each -> ProcessHandle.of(each).ifPresent(ProcessHandle::destroyForcibly));
        for (AutoCloseable each : open) {
            each.close();
        }
        FileUtils.deleteDirectory(scratch.toFile());
    }

    @Test
    void aChainComesBackWhole() throws Exception {
        var source = agent("node-a", GENEROUS);
        Copied first = source.copyAhead().getFirst();
        Copied second = source.copyAhead().getFirst();
        assertThat(first.whole() && second.whole()).isTrue();
        assertThat(first.taken().pages().bytes())
                .isGreaterThan(ByteCount.ofMebi(CountingVictim.MEBIBYTES).bytes());
        assertThat(second.taken().fresh()).isLessThan(first.taken().fresh());

        Report.Stored stored = save(source);

        System.out.println("AheadIT: first round " + first.taken() + ", second " + second.taken() + ", save "
                + stored.pages() + " stored " + stored.stored());
        assertThat(stored.stored().bytes()).isLessThan(first.taken().stored().bytes() / 2);
        assertThat(agent("node-b", GENEROUS).restore()).isInstanceOf(Report.Resumed.class);
        victim.goesOn();
    }

    /// Sealing and writing are done by other threads than the one that copies.
    @Test
    void aRoundCostsWhatAllThreadsOfItUsedAndNoMoreThanTheProcess() throws Exception {
        var source = agent("node-a", GENEROUS);
        var process = new ProcessGauge();
        var threads = ManagementFactory.getThreadMXBean();
        Duration processBefore = process.processor();
        long threadBefore = threads.getCurrentThreadCpuTime();

        assertThat(source.copyAhead())
                .singleElement()
                .satisfies(copied -> assertThat(copied.whole()).isTrue());

        Duration thread = Duration.ofNanos(threads.getCurrentThreadCpuTime() - threadBefore);
        Duration all = process.processor().minus(processBefore);
        System.out.println("AheadIT: a round cost " + source.spentAhead() + ", " + thread
                + " of it in the thread that copies; the process used " + all);
        assertThat(source.spentAhead()).isGreaterThan(thread).isLessThanOrEqualTo(all);
    }

    @Test
    void aSaveEndsARoundThatRestsAndBuildsOnNothingHalf() throws Exception {
        var source = agent("node-a", TINY);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var round = threads.submit((Callable<List<Copied>>) source::copyAhead);
            CountingVictim.awaits("a chain", () -> Files.isDirectory(folder.resolve("store/chains/node-a")));

            save(source);

            assertThat(round.get(2, TimeUnit.MINUTES)).noneMatch(Copied::whole);
        }
        assertThat(agent("node-b", GENEROUS).restore()).isInstanceOf(Report.Resumed.class);
        victim.goesOn();
    }

    @Test
    void aCheckpointOfAProcessThatRunsOnIsWhatIsLeftWhenItDiesWithoutNotice() throws Exception {
        Path ready = victim.folder().resolve("ready");
        var wanted = new dev.lifeboat.policy.Background(
                Duration.ofMinutes(10),
                Duration.ofMinutes(1),
                new Ready(null, null, new Ready.Marker(ready.toString(), 0), Duration.ofMinutes(5)));
        var attempts = new LinkedBlockingQueue<Background.Attempt>();
        var source = agent(
                "node-a",
                GENEROUS,
                new Background(
                        id -> Optional.of(new Keeping(id, wanted, 1)),
                        new Questions(ForeignNetwork::inside),
                        attempts::add));
        Files.createFile(ready);
        long before = victim.ticks();
        source.copyAhead();
        var attempt = requireNonNull(attempts.poll(2, TimeUnit.MINUTES));
        assertThat(attempt.result()).as(attempt.detail()).isEqualTo(Background.Result.COMPLETE);
        BackgroundCheckpoint kept = requireNonNull(source.background());
        victim.goesOn();
        long reached = victim.ticks();

        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        CountingVictim.awaits("the reaper", () -> !Files.exists(Path.of("/proc/" + pid)));

        Duration lost = requireNonNull(kept).ago();
        assertThat(agent("node-b", GENEROUS).restore(kept.id())).isInstanceOf(Report.Resumed.class);
        long back = victim.ticks();
        System.out.println("AheadIT: before " + before + ", died at " + reached + ", back at " + back + ", " + kept
                + " after " + attempt + ", lost at least " + lost);
        assertThat(back).isGreaterThanOrEqualTo(before).isLessThan(reached);
        victim.goesOn();
    }

    @Test
    void anAgentKilledInTheMiddleOfARoundIsNotMissed() throws Exception {
        var killed = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CopyingAgent.class.getName(),
                        Long.toString(pid),
                        folder.resolve("store").toString(),
                        key.toString(),
                        "node-a"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var said = killed.inputReader()) {
            assertThat(said.lines().anyMatch("there"::equals)).isTrue();
        }
        Path left = onlyChain();
        killed.destroyForcibly().waitFor();
        victim.goesOn();

        var source = agent("node-a", GENEROUS);
        assertThat(source.copyAhead()).allMatch(Copied::whole);
        assertThat(onlyChain()).as("the killed agent's is swept").isNotEqualTo(left);
        save(source);
        assertThat(agent("node-b", GENEROUS).restore()).isInstanceOf(Report.Resumed.class);
        victim.goesOn();
    }

    @Test
    void aFlippedBitInALayerIsNamedAndNothingIsRestored() throws Exception {
        var source = agent("node-a", GENEROUS);
        source.copyAhead();
        save(source);
        Path object = flipBit();
        assertThat(agent("node-b", GENEROUS).restore()).isInstanceOfSatisfying(Report.RestoreFailed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(RestoreFailure.CORRUPT);
            assertThat(failed.detail())
                    .contains(folder.resolve("store").relativize(object).toString())
                    .containsPattern("chunk \\d+");
        });
        assertThat(victim.processes()).isEmpty();
    }

    /// The one that is alive.
    private Path onlyChain() throws IOException {
        try (Stream<Path> chains = Files.list(folder.resolve("store/chains/node-a"))) {
            return chains.filter(chain -> Files.exists(chain.resolve("alive")))
                    .reduce((one, other) -> {
                        throw new AssertionError(one + " and " + other);
                    })
                    .orElseThrow();
        }
    }

    private Path flipBit() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("store/chains"))) {
            Path object = files.filter(file -> file.getFileName().toString().startsWith("data-"))
                    .max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow();
            try (var file = new RandomAccessFile(object.toFile(), "rw")) {
                file.seek(file.length() / 2);
                int old = file.read();
                file.seek(file.length() / 2);
                file.write(old ^ 1);
            }
            return object;
        }
    }

    private ProcessWorkloads workloads(String node) throws IOException {
        return new ProcessWorkloads(folder.resolve("workloads"), folder.resolve(node));
    }

    private AgentUnderTest agent(String node, Budget budget) throws IOException {
        return agent(node, budget, Background.NONE);
    }

    private AgentUnderTest agent(String node, Budget budget, Background background) throws IOException {
        var host = AgentUnderTest.host(node, checkpointer, Files.createDirectories(scratch.resolve(node)));
        var ahead = new Ahead(new ProcessMemory(), budget, new ProcessGauge(), 10);
        var agent = new AgentUnderTest(
                AgentUnderTest.terms(ahead, background), host, workloads(node), checkpointer, checkpoints);
        open.addFirst(agent);
        return agent;
    }

    /// Returns once the source's process number is free for the restore.
    private Report.Stored save(AgentUnderTest source) throws Exception {
        var answer = source.save(WINDOW);
        assertThat(answer).isInstanceOf(Report.Stored.class);
        assertThat(victim.processes()).isEmpty();
        CountingVictim.awaits("the reaper", () -> !Files.exists(Path.of("/proc/" + pid)));
        return (Report.Stored) answer;
    }
}
