package dev.lifeboat.edge.launch;

import dev.lifeboat.agent.Evacuee;
import dev.lifeboat.agent.Workloads;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.edge.criu.FailureCode;
import dev.lifeboat.edge.criu.archive.ArchiveCheckpointer;
import dev.lifeboat.edge.criu.archive.ArchiveCheckpointer.Made;
import dev.lifeboat.edge.kubernetes.Kubelet;
import dev.lifeboat.edge.kubernetes.Kubelet.Answer;
import dev.lifeboat.edge.kubernetes.NodePods;
import dev.lifeboat.edge.kubernetes.PodVolumes;
import dev.lifeboat.edge.kubernetes.ProtectedPod;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.Condition;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Obstacle;
import dev.lifeboat.workload.Obstruction;
import dev.lifeboat.workload.Preflight;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// This node's pods, for an agent that sees none of their processes: the cluster says which there are, and
/// the kubelet checkpoints them.
final class KubeletPods implements Workloads, ArchiveCheckpointer.Engine {
    private static final Logger LOG = Logger.getLogger(KubeletPods.class);
    private static final long BETWEEN_LOOKS_MILLIS = 200;
    private static final Duration TRIAL = Duration.ofSeconds(20);

    /// A namespace, a pod and a container that nobody has.
    private static final String NOBODY = "lifeboat-nobody";

    private final NodePods cluster;
    private final Kubelet kubelet;
    private final ArchiveFolder archives;
    private final Numbers numbers = new Numbers();
    private volatile Map<Kubelet.Container, ByteCount> weights = Map.of();

    private final Kubelet.@Nullable Container guineaPig;
    private final Supplier<Optional<String>> podCheckpoints;
    private final Consumer<String> failed;

    /// Why there can be no checkpoints here, as it was last found; empty while nothing stands in
    /// their way.
    private volatile List<Made.Refused> unable = List.of();

    /// @param guineaPig a container that may be checkpointed to find out whether it works; null for none
    /// @param podCheckpoints where the cluster serves them, such as `node.k8s.io/v1alpha1`
    /// @param failed is told the code of what keeps the kubelet from it, each time that this is found
    KubeletPods(
            NodePods cluster,
            Kubelet kubelet,
            ArchiveFolder archives,
            Kubelet.@Nullable Container guineaPig,
            Supplier<Optional<String>> podCheckpoints,
            Consumer<String> failed) {
        this.podCheckpoints = podCheckpoints;
        this.failed = failed;
        this.cluster = cluster;
        this.kubelet = kubelet;
        this.archives = archives;
        this.guineaPig = guineaPig;
    }

    /// Asks what each container uses, and sees to it that no archive stays; call it now and then.
    void weigh() throws InterruptedException {
        archives.tidy();
        try {
            weights = kubelet.memory();
        } catch (IOException silent) {
            LOG.warnf("the forecast for this node's pods is blind why=%s", silent.getMessage());
        }
    }

    /// Finds out whether the kubelet can checkpoint; call it now and then. With a container to try it on
    /// all of the way is gone, to the archive in our folder. Without, a pod is asked for that cannot be:
    /// the answer tells of the address, trust, rights and the feature gate, and of the runtime nothing.
    void probe() throws InterruptedException {
        Made.Refused found = guineaPig == null ? asked() : tried(guineaPig);
        unable = found == null
                ? List.of()
                : Stream.concat(Stream.of(found), otherWay(found).stream()).toList();
        for (Made.Refused each : unable) {
            failed.accept(each.why().code());
            LOG.warnf("no checkpoints here reason=%s detail=%s", each.why().code(), each.detail());
        }
    }

    /// Where this kubelet or its runtime has no checkpoints of containers, it may have some of pods.
    private Optional<Made.Refused> otherWay(Made.Refused found) {
        boolean lacks = found.why() == FailureCode.KUBELET_GATE_OFF || found.why() == FailureCode.RUNTIME_UNABLE;
        return lacks
                ? podCheckpoints
                        .get()
                        .map(group -> new Made.Refused(
                                FailureCode.POD_CHECKPOINT_UNREADABLE,
                                group + " is served, and only the runtime can read what it writes for it"))
                : Optional.empty();
    }

    private Made.@Nullable Refused asked() throws InterruptedException {
        return switch (kubelet.checkpoint(NOBODY, NOBODY, NOBODY, TRIAL)) {
            case Answer.Written _ -> null;
            case Answer.Refused no ->
                no.why() == Kubelet.Refusal.KNOWS_NONE ? null : new Made.Refused(code(no.why()), no.said());
        };
    }

    private Made.@Nullable Refused tried(Kubelet.Container container) throws InterruptedException {
        var call = archives.calling(container);
        try {
            Answer answer = kubelet.checkpoint(container.namespace(), container.pod(), container.name(), TRIAL);
            return made(answer, "") instanceof Made.Refused no ? no : null;
        } finally {
            archives.gaveUp(call);
        }
    }

    /// What no checkpoint by the kubelet can take along.
    Preflight preflight() {
        List<Made.Refused> refused = unable;
        List<ProtectedPod> here = cluster.here();
        var found = new ArrayList<Obstruction>();
        for (ProtectedPod pod : here) {
            PodsHere.obstructions(pod, stayingOf(pod.volumes())).forEach(found::add);
        }
        if (!refused.isEmpty()) {
            String words = refused.stream().map(KubeletPods::words).collect(Collectors.joining("; "));
            here.forEach(pod -> found.add(Obstruction.of(PodsHere.id(pod), Obstacle.KUBELET, words)));
        }
        return new Preflight(
                refused.stream()
                        .map(no -> new Preflight.Lack(Obstacle.KUBELET.code(), words(no)))
                        .toList(),
                found);
    }

    /// The pod runs on after the cut, and the files of its claims would be ahead of its memory. Of emptyDirs the
    /// archive has nothing.
    private static List<String> stayingOf(PodVolumes volumes) {
        return Stream.concat(volumes.emptyDirs().stream(), volumes.claims().stream())
                .toList();
    }

    private static String words(Made.Refused no) {
        return no.why().code() + ": " + no.detail();
    }

    @Override
    public List<Evacuee> running() {
        return cluster.here().stream().flatMap(pod -> evacuee(pod).stream()).toList();
    }

    @Override
    public Optional<Evacuee> find(WorkloadId id) {
        return pod(id).flatMap(this::evacuee);
    }

    /// Nobody answers its probe meanwhile, and it goes on after the cut: asked to end by then, it
    /// would start cold before its archive is in the store.
    @Override
    public Condition condition(Evacuee evacuee) {
        WorkloadId id = evacuee.workload().id();
        return pod(id).flatMap(pod -> Optional.ofNullable(pod.saved().probe()))
                .map(probe -> Condition.unknown(id).bearing(probe.patience()))
                .orElse(Condition.unknown(id));
    }

    private Optional<ProtectedPod> pod(WorkloadId id) {
        return cluster.here().stream()
                .filter(pod -> PodsHere.id(pod).equals(id))
                .findFirst();
    }

    /// Of another class than the same pod under CRIU: what saves take differs, and the forecast learns
    /// by class.
    private Optional<Evacuee> evacuee(ProtectedPod pod) {
        ProtectedPod.Part saved = pod.saved();
        if (saved.id().isEmpty() || pod.ending()) {
            return Optional.empty();
        }
        ByteCount used = weight(pod);
        var workload = new Workload(
                PodsHere.id(pod),
                pod.owner().kind(),
                "kubelet " + saved.imageId(),
                pod.labels(),
                new Footprint(used, new ByteCount(0), 1));
        return Optional.of(new Evacuee(workload, numbers.of(pod), null));
    }

    private ByteCount weight(ProtectedPod pod) {
        return weights.getOrDefault(container(pod), new ByteCount(0));
    }

    private static Kubelet.Container container(ProtectedPod pod) {
        return new Kubelet.Container(pod.namespace(), pod.name(), pod.saved().name());
    }

    /// A pod keeps its files in its root file system, which the archive holds.
    @Override
    public Path folder(WorkloadId id) {
        return archives.nothing();
    }

    @Override
    public void adopt(WorkloadId id, long pid, CheckpointId from) {
        throw new IllegalStateException(id + " cannot have been restored here");
    }

    @Override
    public void tell(WorkloadId id) {
        pod(id).ifPresent(cluster::ask);
    }

    @Override
    public void kill(WorkloadId id) throws InterruptedException {
        Optional<ProtectedPod> pod = pod(id);
        if (pod.isPresent()) {
            end(numbers.of(pod.get()));
        }
    }

    @Override
    public Made make(long number, Duration limit) throws InterruptedException {
        Optional<ProtectedPod> known = numbers.pod(number);
        if (known.isEmpty() || !runs(number)) {
            return known.flatMap(this::successor)
                    .map(other -> new Made.Refused(
                            FailureCode.SOURCE_REPLACED, "its name is now that of " + other.uid() + ", another pod"))
                    .orElseGet(() -> new Made.Refused(FailureCode.KUBELET_KNOWS_NONE, "it has ended"));
        }
        ProtectedPod pod = known.get();
        ProtectedPod.Part saved = pod.saved();
        Optional<String> tight = archives.tight(weight(pod));
        if (tight.isPresent()) {
            return new Made.Refused(FailureCode.ARCHIVE_TOO_LARGE, tight.get());
        }
        var call = archives.calling(container(pod));
        Path taken = null;
        try {
            Answer answer = kubelet.checkpoint(pod.namespace(), pod.name(), saved.name(), limit);
            Made made = made(answer, saved.id());
            taken = made instanceof Made.Written written ? written.file() : null;
            return made;
        } finally {
            if (taken == null) {
                archives.gaveUp(call);
            } else {
                archives.took(call, taken);
            }
        }
    }

    /// Kubelets are asked by name: who has the name of what was meant would be checkpointed
    /// in its place.
    private Optional<ProtectedPod> successor(ProtectedPod meant) {
        return pod(PodsHere.id(meant)).filter(other -> !other.uid().equals(meant.uid()));
    }

    private Made made(Answer answer, String container) {
        return switch (answer) {
            case Answer.Refused refused -> new Made.Refused(code(refused.why()), refused.said());
            case Answer.Written written ->
                archives.here(written.file())
                        .<Made>map(file -> new Made.Written(file, container))
                        .orElseGet(() -> new Made.Refused(
                                FailureCode.ARCHIVE_UNREADABLE,
                                written.file() + " is not in " + archives + "; is the node's folder mounted there?"));
        };
    }

    static FailureCode code(Kubelet.Refusal why) {
        return switch (why) {
            case UNREACHABLE -> FailureCode.KUBELET_UNREACHABLE;
            case UNTRUSTED -> FailureCode.KUBELET_UNTRUSTED;
            case UNAUTHORIZED -> FailureCode.KUBELET_UNAUTHORIZED;
            case FORBIDDEN -> FailureCode.KUBELET_FORBIDDEN;
            case GATE_OFF -> FailureCode.KUBELET_GATE_OFF;
            case KNOWS_NONE -> FailureCode.KUBELET_KNOWS_NONE;
            case RUNTIME_UNABLE -> FailureCode.RUNTIME_UNABLE;
            case RUNTIME_FAILED -> FailureCode.RUNTIME_FAILED;
            case TIMED_OUT -> FailureCode.LIMIT_SPENT;
        };
    }

    @Override
    public void describe(long number, Path images) throws IOException {
        ProtectedPod pod = numbers.pod(number).orElseThrow(() -> new IOException("its pod is forgotten"));
        PodsHere.identity(pod).write(images);
    }

    /// Its containers get a second, and only when the kubelet has seen them dead does the pod go. Asks for
    /// as long as the API server does not answer: until then the container may run.
    @Override
    public void end(long number) throws InterruptedException {
        ProtectedPod pod = numbers.pod(number).orElseThrow();
        while (!ended(pod)) {
            TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS_MILLIS);
        }
    }

    private boolean ended(ProtectedPod pod) {
        try {
            if (cluster.isGone(pod)) {
                return true;
            }
            cluster.delete(pod.namespace(), pod.name(), pod.uid());
            return false;
        } catch (KubernetesClientException unreachable) {
            LOG.warnf("the pod cannot be deleted yet pod=%s why=%s", pod, unreachable.getMessage());
            return false;
        }
    }

    @Override
    public boolean runs(long number) {
        return numbers.pod(number)
                .filter(meant -> cluster.here().stream()
                        .anyMatch(pod -> pod.uid().equals(meant.uid())
                                && pod.saved().id().equals(meant.saved().id())))
                .isPresent();
    }
}
