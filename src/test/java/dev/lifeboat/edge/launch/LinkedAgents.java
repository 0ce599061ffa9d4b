package dev.lifeboat.edge.launch;

import dev.lifeboat.agent.Agent;
import dev.lifeboat.agent.Ahead;
import dev.lifeboat.agent.Alone;
import dev.lifeboat.agent.CheckpointStore;
import dev.lifeboat.agent.ReportLog;
import dev.lifeboat.edge.criu.CriuCheckpointer;
import dev.lifeboat.edge.criu.Crius;
import dev.lifeboat.edge.kafka.AgentLink;
import dev.lifeboat.edge.kafka.Brokers;
import dev.lifeboat.edge.kafka.SpoolWatch;
import dev.lifeboat.edge.kafka.StandingFiles;
import dev.lifeboat.edge.kafka.Topics;
import dev.lifeboat.edge.objectstore.FaultyStore;
import dev.lifeboat.edge.objectstore.KeyFile;
import dev.lifeboat.edge.objectstore.StoreLocation;
import dev.lifeboat.edge.process.ProcessSpec;
import dev.lifeboat.edge.process.ProcessWorkloads;
import dev.lifeboat.edge.telemetry.AgentMeters;
import dev.lifeboat.migration.Report;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.commons.io.FileUtils;

/// Agents of one machine as their role runs them, with quicker loops: real CRIU, a real store, links to a real broker,
/// and on `node-a` a real process.
final class LinkedAgents implements AutoCloseable {
    static final String HOME = "node-a";
    private static final long PATIENCE_SECONDS = 150;

    private final Path folder;
    private final Topics topics;
    private final Path scratch;
    private final CriuCheckpointer checkpointer;
    private final CheckpointStore checkpoints;
    private final CountingVictim victim;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final BlockingQueue<Report> reports = new LinkedBlockingQueue<>();

    /// @param files of the agent, and the spool that it watches
    /// @param running ends the agent; its workloads run on
    record Started(StandingFiles files, Path spool, AutoCloseable running) {}

    LinkedAgents(Path folder, Topics topics) throws Exception {
        this.folder = folder;
        this.topics = topics;
        scratch = Files.createTempDirectory(Path.of("/dev/shm"), "linked-agents-");
        checkpointer = new CriuCheckpointer(
                Crius.DEFAULT.path(), new CriuOnLinux(), Files.createDirectories(folder.resolve("criu")));
        Path key = Files.writeString(folder.resolve("key"), "0123456789abcdef".repeat(4));
        var store = FaultyStore.over(new StoreLocation.Folder(folder.resolve("store")))
                .checkpoints(KeyFile.read(key));
        open.addFirst(store);
        checkpoints = store;
        Path spec = CountingVictim.spec(folder.resolve("victim.json"));
        victim = new CountingVictim(workloads(HOME).folder(CountingVictim.ID));
        workloads(HOME).start(ProcessSpec.read(spec), spec);
        victim.goesOn();
    }

    CountingVictim victim() {
        return victim;
    }

    ProcessWorkloads workloads(String node) throws IOException {
        return new ProcessWorkloads(folder.resolve("workloads"), folder.resolve(node));
    }

    Started start(String name, String bootstrap) throws Exception {
        return start(name, bootstrap, _ -> true);
    }

    /// @param arrives which reports reach the broker
    Started start(String name, String bootstrap, Predicate<Report> arrives) throws Exception {
        var host = AgentUnderTest.host(name, checkpointer, Files.createDirectories(scratch.resolve(name)));
        var link = new CompletableFuture<AgentLink>();
        var tasks = Executors.newVirtualThreadPerTaskExecutor();
        ReportLog log = report -> {
            reports.add(report);
            if (arrives.test(report)) {
                link.join().send(report);
            }
        };
        var agent = new Agent(
                host,
                workloads(name),
                checkpointer,
                checkpoints,
                new Agent.Outside(log, () -> null, InstantSource.system(), tasks, Ahead.NONE));
        var files = new StandingFiles(folder.resolve(name + ".standing"));
        var alone = new Alone(host, agent::on, files, new Alone.Outside(log, InstantSource.system()));
        var meters = new AgentMeters(new SimpleMeterRegistry(), InstantSource.system(), List.of());
        var hearer = new AgentHearer(agent, alone, new SaidTerms(files), meters);
        link.complete(AgentLink.open(Brokers.plain(bootstrap), topics, host.node(), hearer));
        var spool = new SpoolWatch(folder.resolve(name + ".spool"));
        var loops = new Loops();
        loops.every(Duration.ofSeconds(1), "heartbeat", agent::reportHeartbeat);
        loops.every(Duration.ofMillis(250), "spool", () -> spool.waiting().forEach(alone::told));
        loops.every(Duration.ofSeconds(1), "retell", alone::retell);
        AutoCloseable running = () -> {
            loops.close();
            link.join().close();
            tasks.shutdownNow();
        };
        open.addFirst(running);
        return new Started(files, folder.resolve(name + ".spool"), running);
    }

    /// Everything that agents said and nobody has awaited yet.
    BlockingQueue<Report> reports() {
        return reports;
    }

    <R extends Report> R awaitReport(Class<R> kind) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            Report next = reports.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                throw new AssertionError("no " + kind.getSimpleName() + " within " + PATIENCE_SECONDS + " s");
            }
            if (kind.isInstance(next)) {
                return kind.cast(next);
            }
            if (next instanceof Report.SaveFailed || next instanceof Report.RestoreFailed) {
                throw new AssertionError("instead of " + kind.getSimpleName() + ": " + next);
            }
        }
    }

    @Override
    public void close() throws IOException {
        victim.processes().forEach(each -> ProcessHandle.of(each).ifPresent(ProcessHandle::destroyForcibly));
        for (AutoCloseable each : open) {
            try {
                each.close();
            } catch (Exception broken) {
                throw new IOException("could not be closed: " + each, broken);
            }
        }
        FileUtils.deleteDirectory(scratch.toFile());
    }
}
