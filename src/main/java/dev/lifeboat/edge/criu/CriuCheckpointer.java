package dev.lifeboat.edge.criu;

import dev.lifeboat.agent.Checkpointer;
import dev.lifeboat.agent.LazyRestorer;
import dev.lifeboat.agent.PageSink;
import dev.lifeboat.agent.PageSource;
import dev.lifeboat.agent.PreDumper;
import dev.lifeboat.checkpoint.MemoryObject;
import dev.lifeboat.workload.Connections;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Checkpoints with CRIU's service worker, while we play its page server.
///
/// Safe for several dumps at once: each has its own CRIU.
public final class CriuCheckpointer implements Checkpointer, PreDumper, LazyRestorer {
    private static final Logger LOG = Logger.getLogger(CriuCheckpointer.class);

    /// What the packets carry that go through when CRIU has closed a network: SOCCR_MARK of soccr/soccr.h.
    public static final int NETWORK_MARK = 0xC114;

    private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");

    private final Path criu;
    private final CriuHost host;
    private final Path scratch;
    private final Containers containers;
    private final CriuVersion version;
    private volatile byte @Nullable [] cpuinfo;
    private final LongAdder preDumpNanos = new LongAdder();

    /// @param criu absolute path of a CRIU that passes `criu check`
    /// @param scratch existing folder for logs, a few KiB a dump
    /// @throws IOException when CRIU does not answer or is too old for this machine; it says what to do
    public CriuCheckpointer(Path criu, CriuHost host, Path scratch) throws IOException {
        this(criu, host, scratch, Containers.NONE);
    }

    /// @param containers of this node, whose trees are dumped and rebuilt with their runtime's help
    public CriuCheckpointer(Path criu, CriuHost host, Path scratch, Containers containers) throws IOException {
        this.criu = criu;
        this.containers = containers;
        this.host = host;
        this.scratch = scratch;
        this.version = ask(new Request.Version()).version();
        if (version.compareTo(CriuVersion.OLDEST) < 0) {
            throw new IOException(criu + " is " + version + ", at least " + CriuVersion.OLDEST
                    + " is needed; see .ci/provision-criu");
        }
        Optional<String> refusal = Platform.here().refusal(version);
        if (refusal.isPresent()) {
            throw new IOException(refusal.get());
        }
        Rehearsal.of(WireFormat.of(version));
    }

    public CriuVersion version() {
        return version;
    }

    /// What of this machine's processor a restore elsewhere has to match, beside its flags.
    public CpuState cpuState() throws IOException, InterruptedException {
        return CpuState.read(cpuinfo());
    }

    /// Asked once: it changes with a reboot only.
    private byte[] cpuinfo() throws IOException, InterruptedException {
        byte[] known = cpuinfo;
        if (known == null) {
            try (var work = Workplace.in(scratch, "cpuinfo-")) {
                known = CpuState.ask(criu, work.folder());
            }
            cpuinfo = known;
        }
        return known;
    }

    /// Before CRIU begins, and so before anything of the checkpoint is spent.
    private Optional<String> lack(Path metadata) throws IOException, InterruptedException {
        try (var work = Workplace.in(scratch, "cpuinfo-")) {
            return CpuState.lack(criu, metadata, this::cpuinfo, work.folder());
        }
    }

    /// What of this kernel CRIU can use.
    ///
    /// @param tracksMemory it tells which pages changed, as incremental pre-dumps need
    /// @param lazyPages a tree can be resumed before all its pages are there
    public record Features(boolean tracksMemory, boolean lazyPages) {}

    /// Asks CRIU, which asks the kernel.
    public Features features() throws IOException {
        Response answer = ask(new Request.FeatureCheck());
        return new Features(answer.tracksMemory(), answer.lazyPages());
    }

    @Override
    public DumpOutcome dump(Source source, PageSink pages, OnCaptured verdict) throws InterruptedException {
        try {
            if (!isInMemory(source.metadata())) {
                return refused(source, FailureCode.NOT_IN_MEMORY);
            }
            if (ProcessTree.of(source.pid()).isEmpty()) {
                return refused(source, FailureCode.SOURCE_GONE);
            }
            Optional<Surroundings> around = containers.around(source.pid());
            OnCaptured asked = around.isEmpty() ? verdict : keepingFirst(source, verdict);
            Source feasible = feasible(source);
            try (var work = Workplace.in(scratch, "dump-");
                    var worker = host.start(criu, source.metadata(), work.folder())) {
                var task = new DumpSession.DumpTask(feasible, work.folder(), pages, asked, around);
                DumpOutcome outcome = new DumpSession(host, worker, WireFormat.of(version), task).run();
                if (outcome instanceof DumpOutcome.Killed killed) {
                    LOG.infof(
                            "dump pid=%d carried=%s parent=%s frozen=%s",
                            source.pid(),
                            killed.pages(),
                            source.parent() == null ? "none" : "pre-dump",
                            killed.frozen());
                }
                return outcome;
            }
        } catch (IOException broken) {
            return new DumpOutcome.Failed(
                    FailureCode.CRIU_NOT_STARTED.code(), String.valueOf(broken.getMessage()), runs(source.pid()));
        }
    }

    /// Connections are kept by packets being dropped in the node's own network until the restore. In a network of its
    /// own CRIU leaves that to the runtime, which would reset the peers instead: there CRIU is to refuse.
    private static Source feasible(Source source) throws IOException {
        if (source.connections() != Connections.KEEP || network(source.pid()).equals(network(OURSELVES))) {
            return source;
        }
        return new Source(source.pid(), source.metadata(), source.limit(), source.parent(), Connections.REFUSE);
    }

    private static final long OURSELVES = ProcessHandle.current().pid();

    private static Path network(long pid) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "ns", "net"));
    }

    @Override
    public PreDumper.Outcome preDump(Source source, PageSink pages) throws InterruptedException {
        try {
            if (!isInMemory(source.metadata())) {
                return new PreDumper.Outcome.Failed(FailureCode.NOT_IN_MEMORY.code(), source.toString());
            }
            if (ProcessTree.of(source.pid()).isEmpty()) {
                return new PreDumper.Outcome.Failed(FailureCode.SOURCE_GONE.code(), source.toString());
            }
            try (var work = Workplace.in(scratch, "pre-dump-");
                    var worker = host.start(criu, source.metadata(), work.folder())) {
                try {
                    return new PreDumpSession(worker, WireFormat.of(version), source, work.folder(), pages).run();
                } finally {
                    preDumpNanos.add(worker.processor().toNanos());
                }
            }
        } catch (IOException broken) {
            return new PreDumper.Outcome.Failed(
                    FailureCode.CRIU_NOT_STARTED.code(), String.valueOf(broken.getMessage()));
        }
    }

    @Override
    public Duration processor() {
        return Duration.ofNanos(preDumpNanos.sum());
    }

    @Override
    public RestoreOutcome restore(Path metadata, PageSource pages, OnRestored gate) throws InterruptedException {
        try {
            if (!isInMemory(metadata)) {
                return new RestoreOutcome.Failed(FailureCode.NOT_IN_MEMORY.code(), metadata.toString());
            }
            Optional<String> lack = lack(metadata);
            if (lack.isPresent()) {
                return new RestoreOutcome.Unfit(lack.get());
            }
            try (var work = Workplace.in(scratch, "restore-")) {
                return containers.holds(metadata)
                        ? restoreContainer(metadata, pages, work.folder(), gate)
                        : restoreTree(metadata, pages, work.folder(), gate);
            }
        } catch (IOException broken) {
            return new RestoreOutcome.Failed(FailureCode.CRIU_NOT_STARTED.code(), String.valueOf(broken.getMessage()));
        }
    }

    private RestoreOutcome restoreTree(Path metadata, PageSource pages, Path work, OnRestored gate)
            throws IOException, InterruptedException {
        try (var images = host.images(metadata);
                var written = new PageImages(images.path(), metadata, version)) {
            var memory = new RebuiltMemory(host, written, pages);
            var terms = new Request.Terms(Request.Pages.BEFORE_IT_RUNS, Inventory.connections(metadata));
            return new RestoreSession(work, tasks(pages), terms, gate)
                    .run(() -> host.start(criu, images.path(), work), memory);
        }
    }

    @Override
    public LazyOutcome restoreLazily(Path metadata, PageSource pages, OnRestored gate) throws InterruptedException {
        LazyOutcome outcome = lazily(metadata, pages, gate);
        if (outcome instanceof LazyOutcome.Failed(var reason, var logTail)) {
            // Whoever asked has it restored whole: nobody else says why.
            LOG.warnf("not restored lazily reason=%s log=%s", reason, logTail);
        }
        return outcome;
    }

    private LazyOutcome lazily(Path metadata, PageSource pages, OnRestored gate) throws InterruptedException {
        try {
            if (!isInMemory(metadata)) {
                return new LazyOutcome.Failed(FailureCode.NOT_IN_MEMORY.code(), metadata.toString());
            }
            if (containers.holds(metadata)) {
                return new LazyOutcome.Failed(FailureCode.NOT_LAZY.code(), FailureCode.NOT_LAZY.meaning());
            }
            Optional<String> lack = lack(metadata);
            if (lack.isPresent()) {
                return new LazyOutcome.Failed(FailureCode.PROCESSOR_DIFFERS.code(), lack.get());
            }
            Path work = Files.createTempDirectory(scratch, "lazy-");
            var room = LazyRoom.furnish(host, version, work, metadata, pages);
            List<Long> tasks = tasks(pages);
            return run(LazyFilling.begin(host, criu, WireFormat.of(version), room, tasks), room, tasks, gate);
        } catch (IOException broken) {
            return new LazyOutcome.Failed(FailureCode.CRIU_NOT_STARTED.code(), String.valueOf(broken.getMessage()));
        }
    }

    /// Whatever comes but a tree that runs, nothing is left when it returns or throws.
    private LazyOutcome run(LazyFilling filling, LazyRoom room, List<Long> tasks, OnRestored gate)
            throws IOException, InterruptedException {
        boolean runs = false;
        try {
            if (!filling.isReady()) {
                return new LazyOutcome.Failed(FailureCode.CRIU_NOT_STARTED.code(), new CriuLog(room.work()).tail());
            }
            OnRestored kept = pid -> filling.keep(pid) && gate.mayRun(pid);
            var terms = new Request.Terms(
                    Request.Pages.ON_DEMAND, Inventory.connections(room.images().path()));
            var session = new RestoreSession(room.work(), tasks, terms, kept);
            RestoreOutcome outcome =
                    session.run(() -> host.start(criu, room.images().path(), room.work()), room::writeEarly);
            runs = outcome instanceof RestoreOutcome.Running;
            return switch (outcome) {
                case RestoreOutcome.Running(var pid) -> {
                    room.late().pages().bringAll();
                    yield new LazyOutcome.Running(pid, filling);
                }
                case RestoreOutcome.Unfit(var why) -> new LazyOutcome.Failed(FailureCode.PROCESSOR_DIFFERS.code(), why);
                case RestoreOutcome.Failed(var reason, var logTail) -> new LazyOutcome.Failed(reason, logTail);
            };
        } finally {
            if (!runs) {
                filling.giveUp();
            }
        }
    }

    private RestoreOutcome restoreContainer(Path metadata, PageSource pages, Path work, OnRestored gate)
            throws IOException, InterruptedException {
        try (var written = new PageImages(metadata, metadata, version)) {
            written.write(pages);
            return containers.restore(metadata, work, gate);
        }
    }

    private OnCaptured keepingFirst(Source source, OnCaptured verdict) {
        long end = System.nanoTime() + source.limit().toNanos();
        return new OnCaptured() {
            @Override
            public void frozen() {
                verdict.frozen();
            }

            @Override
            public Verdict captured() throws InterruptedException {
                try {
                    containers.keep(source.pid(), source.metadata());
                } catch (IOException broken) {
                    throw new UncheckedIOException(broken);
                }
                Verdict said = verdict.captured();
                if (said == Verdict.KILL) {
                    containers.ending(source.pid(), Duration.ofNanos(end - System.nanoTime()));
                }
                return said;
            }
        };
    }

    private static List<Long> tasks(PageSource pages) {
        return pages.objects().stream()
                .filter(owner -> owner.kind() == MemoryObject.Kind.TASK)
                .map(MemoryObject::id)
                .toList();
    }

    private Response ask(Request question) throws IOException {
        try (var place = Workplace.in(scratch, "ask-");
                var worker = host.start(criu, place.folder(), place.folder())) {
            try {
                var connection = new CriuConnection(worker.commands());
                connection.send(question);
                return connection.receive();
            } catch (IOException silent) {
                throw new IOException(
                        criu + " did not answer: " + silent.getMessage() + "\n" + new CriuLog(place.folder()).tail(),
                        silent);
            } finally {
                worker.hangUp();
                worker.await();
            }
        }
    }

    private DumpOutcome refused(Source source, FailureCode why) {
        return new DumpOutcome.Failed(why.code(), why.meaning() + ": " + source, runs(source.pid()));
    }

    private static boolean runs(long pid) {
        return ProcessTree.of(pid).map(ProcessTree::runs).orElse(false);
    }

    private static boolean isInMemory(Path folder) throws IOException {
        return IN_MEMORY.contains(Files.getFileStore(folder).type());
    }
}
