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
import dev.lifeboat.workload.Connections;
import dev.lifeboat.workload.WorkloadId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;

/// One victim, started by one node's agent, saved in one way, restored by another's.
final class Ordeal implements AutoCloseable {
    private static final WorkloadId ID = new WorkloadId("torture", "victim");
    private static final Duration WINDOW = Duration.ofMinutes(3);
    private static final Budget GENEROUS = new Budget(100, ByteRate.ofMegabytes(1e6));
    private static final int ROUNDS = 2;

    private final Path folder;
    private final Path scratch;
    private final CriuCheckpointer checkpointer;
    private final StoredCheckpoints store;
    private final ProcessWorkloads doomed;
    private final ProcessWorkloads survivor;

    /// @param folder empty, on a disk
    Ordeal(Path criu, Path folder) throws IOException {
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

    Result run(Victim victim, Way way) throws Exception {
        var command = victim.command(Files.createDirectories(doomed.folder(ID)));
        Path spec = folder.resolve("victim.json");
        new JsonMapper().writeValue(spec.toFile(), Map.of("id", ID.toString(), "command", command));
        long pid = doomed.start(ProcessSpec.read(spec), spec);
        victim.load();
        String name = Files.readString(Path.of("/proc/" + pid + "/comm")).strip();
        try (var source = agent("node-a", doomed, victim.connections());
                var target = agent("node-b", survivor, victim.connections())) {
            copyAhead(source, way);
            victim.beforeSave();
            long ordered = System.nanoTime();
            Report saved = source.save(WINDOW);
            double durable = secondsSince(ordered);
            if (!(saved instanceof Report.Stored stored)) {
                return Result.failed(victim.name(), way, "not saved: " + said(saved));
            }
            StepLog.awaits("the reaper", () -> noneIsLeft(pid, name));
            ordered = System.nanoTime();
            Report back = target.restore();
            double restored = secondsSince(ordered);
            if (!(back instanceof Report.Resumed)) {
                return Result.failed(victim.name(), way, "not restored: " + said(back));
            }
            victim.verify();
            return new Result(
                    victim.name(),
                    way,
                    stored.pages().bytes(),
                    stored.stored().bytes(),
                    stored.frozen().toNanos() / 1e9,
                    durable,
                    restored,
                    "");
        }
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

    private static void copyAhead(AgentUnderTest source, Way way) throws InterruptedException {
        for (int round = 0; way == Way.AHEAD && round < ROUNDS; round++) {
            assertThat(source.copyAhead()).isNotEmpty().allMatch(Copied::whole);
        }
    }

    private AgentUnderTest agent(String node, ProcessWorkloads workloads, Connections connections) throws IOException {
        var host = AgentUnderTest.host(node, checkpointer, Files.createDirectories(scratch.resolve(node)));
        var ahead = new Ahead(new ProcessMemory(), GENEROUS, new ProcessGauge(), 10);
        return new AgentUnderTest(ID, connections, host, workloads, checkpointer, store, ahead);
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
