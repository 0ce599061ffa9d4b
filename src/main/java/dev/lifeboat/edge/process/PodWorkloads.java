package dev.lifeboat.edge.process;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.agent.Evacuee;
import dev.lifeboat.agent.Workloads;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.Condition;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Pods as workloads. The cluster says which there are; the agent remembers only what it has restored.
///
/// A restored pod of a Deployment or a Job has another name than the one that was saved. It is
/// found by both for as long as its restored process runs; by the cluster it goes under its own.
public final class PodWorkloads implements Workloads {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String SUFFIX = ".json";

    private final Path memory;
    private final Pods pods;

    /// Port: the pods of this node that asked to be taken along.
    public interface Pods {
        /// Those whose container runs.
        List<Running> running();

        /// Where its volumes can be attached, as far as it is known; empty for anywhere.
        Set<String> volumeZones(WorkloadId pod);

        /// How long it may stand still before its kubelet ends it for that; null for as long as it takes.
        @Nullable
        Duration bears(WorkloadId pod);

        /// Has it deleted, so that nobody starts it again here; its owner may make another one.
        void delete(WorkloadId pod) throws InterruptedException;

        /// Asks it to end in its own time; likewise.
        void ask(WorkloadId pod);
    }

    /// @param pid first process of its container
    /// @param kind of its owner, such as `StatefulSet`
    /// @param classKey what makes pods alike for the forecast
    /// @param volumes bytes of files that are carried with it
    public record Running(
            WorkloadId id, long pid, String kind, String classKey, Map<String, String> labels, ByteCount volumes) {
        public Running {
            labels = Map.copyOf(labels);
        }
    }

    /// What is remembered of one that was restored here.
    private record Restored(long pid, long startTicks, String from) {
        boolean runs() {
            var ticks = Tree.startTicks(pid);
            return ticks.isPresent() && ticks.getAsLong() == startTicks;
        }
    }

    /// @param memory the agent's own folder on this node; made when missing
    public PodWorkloads(Path memory, Pods pods) throws IOException {
        this.memory = Files.createDirectories(memory);
        this.pods = pods;
    }

    @Override
    public List<Evacuee> running() {
        Map<Long, Restored> restored = alive();
        return pods.running().stream()
                .flatMap(pod -> evacuee(pod, restored.get(pod.pid())).stream())
                .toList();
    }

    /// By the name that it goes under, or the one that it was saved under.
    @Override
    public Optional<Evacuee> find(WorkloadId id) {
        Optional<Restored> restored = read(file(id)).filter(Restored::runs);
        if (restored.isPresent()) {
            return evacuee(byPid(id, restored.get().pid()), restored.get());
        }
        Map<Long, Restored> all = alive();
        return pods.running().stream()
                .filter(pod -> pod.id().equals(id))
                .findFirst()
                .flatMap(pod -> evacuee(pod, all.get(pod.pid())));
    }

    /// The cluster may not have heard yet that it runs.
    private Running byPid(WorkloadId id, long pid) {
        return pods.running().stream()
                .filter(pod -> pod.pid() == pid)
                .findFirst()
                .orElseGet(() -> new Running(id, pid, "Pod", id.toString(), Map.of(), ByteCount.ZERO));
    }

    private static Optional<Evacuee> evacuee(Running pod, @Nullable Restored restored) {
        Optional<Footprint> footprint = Tree.footprint(pod.pid());
        return footprint.map(weight -> new Evacuee(
                new Workload(pod.id(), pod.kind(), pod.classKey(), pod.labels(), weight.with(pod.volumes())),
                pod.pid(),
                restored == null ? null : new CheckpointId(restored.from())));
    }

    @Override
    public Condition condition(Evacuee evacuee) {
        WorkloadId id = evacuee.workload().id();
        return new Condition(id, Tree.runningFor(evacuee.pid()), null, pods.volumeZones(id), List.of(), pods.bears(id));
    }

    /// What a pod keeps beside its memory is in its root file system or on its volumes.
    @Override
    public Path folder(WorkloadId id) {
        return memory.resolve("nothing");
    }

    @Override
    public void adopt(WorkloadId id, long pid, CheckpointId from) {
        long ticks = Tree.startTicks(pid)
                .orElseThrow(() -> new IllegalStateException(id + " has ended as soon as it was restored"));
        Path file = file(id);
        try {
            Path draft = memory.resolve(file.getFileName() + ".new");
            JSON.writeValue(draft.toFile(), new Restored(pid, ticks, from.value()));
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void tell(WorkloadId id) {
        find(id).ifPresent(pod -> pods.ask(pod.workload().id()));
    }

    /// Its pod is deleted first: killed alone it would be started afresh.
    @Override
    public void kill(WorkloadId id) throws InterruptedException {
        Optional<Evacuee> pod = find(id);
        if (pod.isPresent()) {
            pods.delete(pod.get().workload().id());
            Tree.kill(pod.get().pid());
        }
        try {
            Files.deleteIfExists(file(id));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<Long, Restored> alive() {
        try (Stream<Path> files = Files.list(memory)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .map(PodWorkloads::read)
                    .flatMap(Optional::stream)
                    .filter(Restored::runs)
                    .collect(Collectors.toMap(Restored::pid, entry -> entry, (one, _) -> one));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Restored> read(Path file) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Objects.requireNonNull(JSON.readValue(file.toFile(), Restored.class)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read what is remembered of a pod in " + file, e);
        }
    }

    /// Neither part of an id holds a `_`.
    private Path file(WorkloadId id) {
        return memory.resolve(id.namespace() + "_" + id.name() + SUFFIX);
    }
}
