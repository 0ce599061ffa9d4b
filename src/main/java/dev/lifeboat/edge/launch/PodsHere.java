package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.criu.runc.PodContainers;
import dev.lifeboat.edge.criu.runc.PodIdentity;
import dev.lifeboat.edge.criu.runc.Pods;
import dev.lifeboat.edge.criu.runc.Volumes;
import dev.lifeboat.edge.kubernetes.NodePods;
import dev.lifeboat.edge.kubernetes.Probe;
import dev.lifeboat.edge.kubernetes.ProtectedPod;
import dev.lifeboat.edge.kubernetes.VolumePlaces;
import dev.lifeboat.edge.process.PodWorkloads;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.Obstacle;
import dev.lifeboat.workload.Obstruction;
import dev.lifeboat.workload.WorkloadId;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// This node's pods: what the cluster says of them, joined with what runs here.
final class PodsHere implements Pods, PodWorkloads.Pods {
    private static final Logger LOG = Logger.getLogger(PodsHere.class);
    private static final long BETWEEN_TRIES_MILLIS = 200;

    /// One call of somebody who waits for nothing else.
    private static final Duration ONE_TRY = Duration.ZERO;

    private final NodePods cluster;
    private final VolumePlaces volumes;
    private final PodContainers containers;

    /// What its emptyDirs hold, by pod's uid, as it was last looked at.
    private final Map<String, Volumes> weighed = new ConcurrentHashMap<>();

    /// What the cluster is still to be told, by pod; told again until it has heard.
    private final Map<String, Runnable> owed = new ConcurrentHashMap<>();

    /// Which seemed stranded at the last look, by uid.
    private Set<String> stranded = Set.of();

    PodsHere(NodePods cluster, VolumePlaces volumes, AgentSettings.Pods settings) {
        this.cluster = cluster;
        this.volumes = volumes;
        this.containers = new PodContainers(
                settings.runtimeState(), settings.restores(), this, ByteCount.ofMebi(settings.volumesMebibytes()));
    }

    PodContainers containers() {
        return containers;
    }

    @Override
    public List<PodWorkloads.Running> running() {
        return cluster.here().stream().flatMap(pod -> running(pod).stream()).toList();
    }

    private Optional<PodWorkloads.Running> running(ProtectedPod pod) {
        ProtectedPod.Part saved = pod.saved();
        try {
            return saved.id().isEmpty()
                    ? Optional.empty()
                    : containers
                            .pid(saved.id())
                            .map(pid -> new PodWorkloads.Running(
                                    id(pod),
                                    pid,
                                    pod.owner().kind(),
                                    saved.imageId(),
                                    pod.labels(),
                                    weighed.getOrDefault(pod.uid(), Volumes.NONE)
                                            .bytes()));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// The pod whose saved container it is the first process of.
    Optional<ProtectedPod> holding(long pid) throws IOException {
        for (ProtectedPod pod : cluster.here()) {
            String saved = pod.saved().id();
            if (!saved.isEmpty() && containers.pid(saved).equals(Optional.of(pid))) {
                return Optional.of(pod);
            }
        }
        return Optional.empty();
    }

    static WorkloadId id(ProtectedPod pod) {
        return new WorkloadId(pod.namespace(), pod.name());
    }

    @Override
    public Set<String> volumeZones(WorkloadId pod) {
        return find(pod).map(volumes::zones).orElse(Set.of());
    }

    /// What a stand-in answers lasts as long as it has to; the kubelet kills over the rest.
    @Override
    public @Nullable Duration bears(WorkloadId pod) {
        return find(pod)
                .flatMap(found -> Optional.ofNullable(found.saved().probe()))
                .filter(probe -> !probe.isAnswerable())
                .map(Probe::bears)
                .orElse(null);
    }

    /// What of these pods no checkpoint can take along, and none of their processes shows. Weighs what comes along of
    /// their volumes.
    List<Obstruction> obstructions() {
        List<ProtectedPod> here = cluster.here();
        Map<String, List<String>> local = volumes.staying(here);
        weighed.keySet().retainAll(here.stream().map(ProtectedPod::uid).collect(Collectors.toSet()));
        return here.stream()
                .flatMap(pod -> obstructions(
                        pod,
                        Stream.concat(weigh(pod).staying().stream(), local.getOrDefault(pod.uid(), List.of()).stream())
                                .toList()))
                .toList();
    }

    /// What cannot be read now is read again when it is packed, and said then.
    private Volumes weigh(ProtectedPod pod) {
        try {
            Volumes seen = containers.volumes(pod.saved().id(), pod.uid());
            weighed.put(pod.uid(), seen);
            return seen;
        } catch (IOException unreadable) {
            LOG.warnf("volumes could not be weighed pod=%s why=%s", pod, unreadable);
            return weighed.getOrDefault(pod.uid(), Volumes.NONE);
        }
    }

    /// @param volumes that do not come along, beside those that never do
    static Stream<Obstruction> obstructions(ProtectedPod pod, List<String> volumes) {
        var found = new ArrayList<Obstruction>();
        List<String> staying = Stream.concat(pod.volumes().staying().stream(), volumes.stream())
                .toList();
        if (!staying.isEmpty()) {
            found.add(Obstruction.of(id(pod), Obstacle.NODE_VOLUME, staying.toString()));
        }
        pod.obstacles().forEach((obstacle, seen) -> found.add(Obstruction.of(id(pod), obstacle, seen)));
        return found.stream().sorted(Comparator.comparing(Obstruction::obstacle));
    }

    @Override
    public Optional<PodIdentity> of(String container) {
        return cluster.here().stream()
                .filter(pod -> pod.saved().id().equals(container))
                .findFirst()
                .map(PodsHere::identity);
    }

    @Override
    public Map<String, String> beside(String container) {
        return cluster.here().stream()
                .filter(pod -> pod.saved().id().equals(container))
                .flatMap(pod -> pod.others().stream())
                .filter(other -> !other.id().isEmpty())
                .collect(Collectors.toMap(ProtectedPod.Part::id, ProtectedPod.Part::name));
    }

    static PodIdentity identity(ProtectedPod pod) {
        ProtectedPod.Part saved = pod.saved();
        return new PodIdentity(
                pod.namespace(), pod.name(), pod.uid(), pod.owner().uid(), saved.name(), saved.image());
    }

    @Override
    public void delete(PodIdentity pod, Duration left) throws InterruptedException {
        long end = System.nanoTime() + left.toNanos();
        owed.put(pod.uid(), () -> cluster.delete(pod.namespace(), pod.name(), pod.uid()));
        while (!told(pod.uid()) && System.nanoTime() - end < 0) {
            TimeUnit.MILLISECONDS.sleep(BETWEEN_TRIES_MILLIS);
        }
    }

    /// Tells the cluster what it has not heard yet; call it about once a second.
    void tellWhatIsOwed() {
        List.copyOf(owed.keySet()).forEach(this::told);
    }

    /// Has pods deleted whose restore came to nothing with the agent that made it: their container fails to start as
    /// often as
    /// it is tried, and nobody replaces a pod that only waits. Their owner makes another one; it is held back, and
    /// restored or started as any. Call it every few seconds.
    void replaceStranded() {
        Set<String> now = new HashSet<>();
        for (NodePods.Sent each : cluster.sent()) {
            if (isStranded(each) && !stranded.contains(each.pod().uid())) {
                now.add(each.pod().uid());
            } else if (isStranded(each)) {
                LOG.warnf("pod is replaced: its restore ended with the agent that made it pod=%s", each.pod());
                ProtectedPod pod = each.pod();
                owed.put(pod.uid(), () -> cluster.delete(pod.namespace(), pod.name(), pod.uid()));
            }
        }
        stranded = now;
    }

    private boolean isStranded(NodePods.Sent sent) {
        try {
            return containers.isLost(sent.restore())
                    && containers.pid(sent.pod().saved().id()).isEmpty();
        } catch (IOException unreadable) {
            LOG.warnf("whether a pod is stranded cannot be told pod=%s why=%s", sent.pod(), unreadable);
            return false;
        }
    }

    private boolean told(String uid) {
        Runnable call = owed.get(uid);
        if (call == null) {
            return true;
        }
        try {
            call.run();
            owed.remove(uid, call);
            return true;
        } catch (KubernetesClientException unreachable) {
            LOG.warnf("the cluster does not take it, and is asked again pod=%s why=%s", uid, unreachable.getMessage());
            return false;
        }
    }

    @Override
    public void delete(WorkloadId pod) throws InterruptedException {
        Optional<ProtectedPod> found = find(pod);
        if (found.isPresent()) {
            delete(identity(found.get()), ONE_TRY);
        }
    }

    @Override
    public void ask(WorkloadId pod) {
        find(pod).ifPresent(found -> {
            owed.put(found.uid(), () -> cluster.ask(found));
            told(found.uid());
        });
    }

    private Optional<ProtectedPod> find(WorkloadId pod) {
        return cluster.here().stream().filter(each -> id(each).equals(pod)).findFirst();
    }

    @Override
    public PodIdentity land(PodIdentity saved, String restore, Duration left) throws IOException, InterruptedException {
        long end = System.nanoTime() + left.toNanos();
        String trouble = "none is held back";
        do {
            try {
                Optional<ProtectedPod> landed = cluster.land(saved.namespace(), pod -> succeeds(pod, saved), restore);
                if (landed.isPresent()) {
                    LOG.infof("pod sent here pod=%s from=%s restore=%s", landed.get(), saved.name(), restore);
                    return identity(landed.get());
                }
            } catch (KubernetesClientException unreachable) {
                trouble = String.valueOf(unreachable.getMessage());
            }
            TimeUnit.MILLISECONDS.sleep(BETWEEN_TRIES_MILLIS);
        } while (System.nanoTime() - end < 0);
        throw new IOException("no pod that could take " + saved.namespace() + "/" + saved.name()
                + " over has come within " + left.toSeconds() + " s: " + trouble);
    }

    static boolean succeeds(ProtectedPod pod, PodIdentity saved) {
        return !pod.obstacles().containsKey(Obstacle.CONTAINERS)
                && pod.owner().uid().equals(saved.owner())
                && pod.saved().name().equals(saved.container())
                && pod.saved().image().equals(saved.image())
                && (!pod.owner().kind().equals("StatefulSet") || pod.name().equals(saved.name()));
    }

    @Override
    public void landed(PodIdentity pod) {
        owed.put(pod.uid(), () -> cluster.landed(pod.namespace(), pod.name()));
    }
}
