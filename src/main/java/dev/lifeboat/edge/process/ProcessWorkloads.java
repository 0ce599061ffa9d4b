package dev.lifeboat.edge.process;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.agent.Evacuee;
import dev.lifeboat.agent.Workloads;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.workload.Condition;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Plain processes as workloads. Their files live under `root`, the same path on every node; what the agent remembers
/// lives under `memory` and survives it.
///
/// A workload's folder holds its spec too (`workload.json`), so that it travels with the checkpoint.
public final class ProcessWorkloads implements Workloads {
    /// The spec's name in the workload's folder.
    static final String SPEC = "workload.json";

    /// Where a workload's standard output and error go.
    static final String OUTPUT = "output.log";

    private static final JsonMapper JSON = new JsonMapper();
    private static final String SUFFIX = ".json";

    private final Path root;
    private final Path memory;
    private final ContainerRuntime containers;

    /// Starts and ends containers.
    public interface ContainerRuntime {
        /// @return its first process, as this node numbers it
        long start(String id, ProcessSpec.Container container) throws IOException;

        /// Leaves nothing of it; fine where there is nothing.
        void clear(String id) throws InterruptedException;
    }

    /// Of plain processes only.
    public ProcessWorkloads(Path root, Path memory) throws IOException {
        this(root, memory, new NoRuntime());
    }

    private record NoRuntime() implements ContainerRuntime {
        @Override
        public long start(String id, ProcessSpec.Container container) throws IOException {
            throw new IOException(id + " is a container, and this agent runs none: give it --runc FILE");
        }

        @Override
        public void clear(String id) {
            // There is none.
        }
    }

    /// @param root of the workloads' folders, absolute
    /// @param memory the agent's own state folder on this node; made when missing
    public ProcessWorkloads(Path root, Path memory, ContainerRuntime containers) throws IOException {
        this.containers = containers;
        this.root = root;
        this.memory = Files.createDirectories(memory);
        Files.createDirectories(root);
    }

    /// Starts what `spec` says, unless it runs already.
    ///
    /// @param specFile the workload file that travels with it
    /// @return its pid
    public long start(ProcessSpec spec, Path specFile) throws IOException {
        Optional<Entry> running = entry(spec.id());
        if (running.isPresent()) {
            return running.get().pid();
        }
        Path folder = Files.createDirectories(folder(spec.id()));
        if (!Files.exists(folder.resolve(SPEC)) || !Files.isSameFile(specFile, folder.resolve(SPEC))) {
            Files.copy(specFile, folder.resolve(SPEC), StandardCopyOption.REPLACE_EXISTING);
        }
        ProcessSpec.Container container = spec.container();
        long pid = container == null ? startCommand(spec, folder) : containers.start(name(spec.id()), container);
        remember(spec.id(), pid, null);
        return pid;
    }

    private static long startCommand(ProcessSpec spec, Path folder) throws IOException {
        Path output = folder.resolve(OUTPUT);
        // A session of its own, and no file shared with the agent: CRIU refuses both otherwise.
        var command =
                Stream.concat(Stream.of("setsid"), spec.command().stream()).toList();
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start();
        return process.pid();
    }

    @Override
    public List<Evacuee> running() {
        try (Stream<Path> files = Files.list(memory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(SUFFIX))
                    .map(name -> WorkloadId.parse(
                            name.substring(0, name.length() - SUFFIX.length()).replaceFirst("_", "/")))
                    .flatMap(id -> find(id).stream())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<Evacuee> find(WorkloadId id) {
        return entry(id).flatMap(entry -> Tree.footprint(entry.pid()).map(footprint -> evacuee(id, entry, footprint)));
    }

    @Override
    public Condition condition(Evacuee evacuee) {
        ProcessSpec spec = spec(evacuee.workload().id());
        return new Condition(spec.id(), Tree.runningFor(evacuee.pid()), null, spec.volumeZones(), spec.devices());
    }

    @Override
    public Path folder(WorkloadId id) {
        return root.resolve(id.namespace()).resolve(id.name());
    }

    @Override
    public void adopt(WorkloadId id, long pid, CheckpointId from) {
        remember(id, pid, from.value());
    }

    @Override
    public void tell(WorkloadId id) {
        entry(id).flatMap(entry -> ProcessHandle.of(entry.pid())).ifPresent(ProcessHandle::destroy);
    }

    @Override
    public void kill(WorkloadId id) throws InterruptedException {
        Optional<Entry> entry = entry(id);
        if (entry.isPresent()) {
            Tree.kill(entry.get().pid());
        }
        containers.clear(name(id));
        try {
            Files.deleteIfExists(file(id));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Evacuee evacuee(WorkloadId id, Entry entry, Footprint footprint) {
        ProcessSpec spec = spec(id);
        var workload = new Workload(id, "Process", spec.classKey(), spec.labels(), footprint);
        String origin = entry.restoredFrom();
        return new Evacuee(workload, entry.pid(), origin == null ? null : new CheckpointId(origin));
    }

    private ProcessSpec spec(WorkloadId id) {
        try {
            return ProcessSpec.read(folder(id).resolve(SPEC));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What is remembered of it, if that very process still runs.
    private Optional<Entry> entry(WorkloadId id) {
        Path file = file(id);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            Entry entry = JSON.readValue(file.toFile(), Entry.class);
            var ticks = Tree.startTicks(entry.pid());
            boolean same = ticks.isPresent() && ticks.getAsLong() == entry.startTicks();
            return same ? Optional.of(entry) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read what is remembered of " + id + " in " + file, e);
        }
    }

    private void remember(WorkloadId id, long pid, @Nullable String restoredFrom) {
        var ticks = Tree.startTicks(pid);
        if (ticks.isEmpty()) {
            throw new IllegalStateException(
                    id + " has ended at once; its output is in " + folder(id).resolve(OUTPUT));
        }
        Path draft = memory.resolve(file(id).getFileName() + ".new");
        try {
            JSON.writeValue(draft.toFile(), new Entry(pid, ticks.getAsLong(), restoredFrom));
            Files.move(draft, file(id), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Neither part of an id holds a `_`.
    private static String name(WorkloadId id) {
        return id.namespace() + "_" + id.name();
    }

    private Path file(WorkloadId id) {
        return memory.resolve(name(id) + SUFFIX);
    }
}
