package dev.lifeboat.torture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.agent.Ahead;
import dev.lifeboat.agent.Budget;
import dev.lifeboat.agent.Copied;
import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.edge.criu.CriuCheckpointer;
import dev.lifeboat.edge.launch.AgentUnderTest;
import dev.lifeboat.edge.launch.CriuOnLinux;
import dev.lifeboat.edge.launch.ProcessGauge;
import dev.lifeboat.edge.linux.ProcessMemory;
import dev.lifeboat.edge.objectstore.KeyFile;
import dev.lifeboat.edge.objectstore.StoreLocation;
import dev.lifeboat.edge.objectstore.StoredCheckpoints;
import dev.lifeboat.edge.process.ProcessSpec;
import dev.lifeboat.edge.process.ProcessWorkloads;
import dev.lifeboat.migration.Report;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.WorkloadId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;

/// One victim, started by one node's agent, saved in one way, restored by another's.
final class Ordeal implements AutoCloseable {
    private static final WorkloadId ID = new WorkloadId("torture", "victim");
    private static final Budget GENEROUS = new Budget(100, ByteRate.ofMegabytes(1e6));
    private static final int ROUNDS = 2;

    private final Path folder;
    private final Path scratch;
    private final CriuCheckpointer checkpointer;
    private final StoredCheckpoints store;
    private final ProcessWorkloads doomed;
    private final ProcessWorkloads survivor;
    private final Duration window;

    /// @param folder empty, on a disk
    /// @param window that the save has
    Ordeal(Path criu, Path folder, Duration window) throws IOException {
        this.window = window;
        this.folder = folder;
        this.scratch = Files.createTempDirectory(Path.of("/dev/shm"), "torture-");
        this.checkpointer =
                new CriuCheckpointer(criu, new CriuOnLinux(), Files.createDirectories(folder.resolve("criu")));
        Path key = Files.writeString(folder.resolve("key"), "0123456789abcdef".repeat(4));
        this.store = new StoredCheckpoints(
                new StoreLocation.Folder(folder.resolve("store")),
                KeyFile.read(key),
                new StoredCheckpoints.Settings(Codec.ZSTD, ByteCount.ofMebi(256), 2));
        this.doomed = workloads("node-a");
        this.survivor = workloads("node-b");
    }

    /// Both share the folder: a process holds paths, and they are the same on every node.
    private ProcessWorkloads workloads(String node) throws IOException {
        return new ProcessWorkloads(folder.resolve("workloads"), folder.resolve(node));
    }

    Result run(Kind kind, Victim victim, Way way) throws Exception {
        var command = victim.command(Files.createDirectories(doomed.folder(ID)));
        Path spec = folder.resolve("victim.json");
        new JsonMapper().writeValue(spec.toFile(), Map.of("id", ID.toString(), "command", command));
        long pid = doomed.start(ProcessSpec.read(spec), spec);
        victim.load();
        String name = Files.readString(Path.of("/proc/" + pid + "/comm")).strip();
        var terms = new AgentUnderTest.Terms(ID, victim.connections());
        try (var source = agent(terms.on(ahead(way)), "node-a", doomed);
                var target = agent(way == Way.LAZY ? terms.lazily(checkpointer) : terms, "node-b", survivor)) {
            Optional<String> trouble = copyAhead(source, way);
            if (trouble.isPresent()) {
                return Result.failed(kind, way, "not copied: " + words(trouble.get()));
            }
            victim.beforeSave();
            long ordered = System.nanoTime();
            Report saved = source.save(window);
            double durable = secondsSince(ordered);
            if (!(saved instanceof Report.Stored stored)) {
                return Result.failed(kind, way, "not saved: " + said(saved));
            }
            StepLog.awaits("the reaper", () -> noneIsLeft(pid, name));
            ordered = System.nanoTime();
            Report back = target.restore();
            double restored = secondsSince(ordered);
            if (!(back instanceof Report.Resumed)) {
                return Result.failed(kind, way, "not restored: " + said(back));
            }
            victim.verify();
            double whole = way == Way.LAZY ? filled(target, ordered) : restored;
            return new Result(
                    kind,
                    way,
                    stored.pages().bytes(),
                    stored.stored().bytes(),
                    stored.frozen().toNanos() / 1e9,
                    durable,
                    restored,
                    whole,
                    "");
        }
    }

    /// By the report, not by its looks: the agent says so when no page is missing any more.
    private static double filled(AgentUnderTest target, long ordered) throws InterruptedException {
        assertThat(target.answer())
                .as("what the agent says of its pages")
                .isInstanceOfSatisfying(
                        Report.Resumed.class,
                        filled -> assertThat(filled.missing()).isNull());
        return secondsSince(ordered);
    }

    /// The dead hold their numbers until they are reaped, and the tree is to have the same again.
    private static boolean noneIsLeft(long pid, String name) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return !Files.exists(Path.of("/proc/" + pid)) && all.noneMatch(each -> isDead(each, name));
        }
    }

    private static boolean isDead(Path process, String name) {
        try {
            return Files.readString(process.resolve("stat")).contains("(" + name + ") Z");
        } catch (IOException noneOrGone) {
            return false;
        }
    }

    private Ahead ahead(Way way) {
        return switch (way) {
            case FULL, LAZY -> Ahead.NONE;
            case AHEAD -> new Ahead(new ProcessMemory(), GENEROUS, new ProcessGauge(), 10);
            case PRE_DUMPED -> new Ahead(new ProcessMemory(), GENEROUS, new ProcessGauge(), 10, checkpointer);
        };
    }

    /// @return what kept a round from being made, or from being made that way
    private static Optional<String> copyAhead(AgentUnderTest source, Way way) throws InterruptedException {
        if (way == Way.FULL || way == Way.LAZY) {
            return Optional.empty();
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (Copied copied : source.copyAhead()) {
                System.out.println("round " + round + ": " + copied);
                if (!copied.whole()
                        || (way == Way.PRE_DUMPED) != (copied.result().preDump() != null)) {
                    return Optional.of(String.valueOf(copied.trouble()));
                }
            }
        }
        return Optional.empty();
    }

    private AgentUnderTest agent(AgentUnderTest.Terms terms, String node, ProcessWorkloads workloads)
            throws IOException {
        var host = AgentUnderTest.host(node, checkpointer, Files.createDirectories(scratch.resolve(node)));
        return new AgentUnderTest(terms, host, workloads, checkpointer, store);
    }

    /// Its last lines are CRIU's own words.
    private static String said(Report report) {
        return switch (report) {
            case Report.SaveFailed failed -> failed.reason() + ", " + words(failed.detail());
            case Report.RestoreFailed failed -> failed.reason() + ", " + words(failed.detail());
            default -> report.toString();
        };
    }

    private static String words(String detail) {
        return detail.lines()
                .filter(line -> line.contains("Error (") && !line.contains("RLIMIT_NOFILE"))
                .findFirst()
                .or(() -> detail.lines().findFirst())
                .map(line -> "`" + line.replaceFirst("^\\(\\d+\\.\\d+\\) *", "").strip() + "`")
                .orElse("");
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / (double) TimeUnit.SECONDS.toNanos(1);
    }

    @Override
    public void close() throws IOException {
        try {
            doomed.kill(ID);
            survivor.kill(ID);
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
        store.close();
        FileUtils.deleteDirectory(scratch.toFile());
        FileUtils.deleteDirectory(folder.toFile());
    }
}
