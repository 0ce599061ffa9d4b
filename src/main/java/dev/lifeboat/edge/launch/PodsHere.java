package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.criu.runc.PodContainers;
import dev.lifeboat.edge.criu.runc.PodIdentity;
import dev.lifeboat.edge.criu.runc.Pods;
import dev.lifeboat.edge.criu.runc.Volumes;
import dev.lifeboat.edge.kubernetes.NodePods;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

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

    /// Of several containers the first stands for all: the preflight refuses such a pod.
    private Optional<PodWorkloads.Running> running(ProtectedPod pod) {
        ProtectedPod.Part first = pod.containers().getFirst();
        try {
            return first.id().isEmpty()
                    ? Optional.empty()
                    : containers
                            .pid(first.id())
                            .map(pid -> new PodWorkloads.Running(
                                    id(pod),
                                    pid,
                                    pod.owner().kind(),
                                    first.imageId(),
                                    pod.labels(),
                                    weighed.getOrDefault(pod.uid(), Volumes.NONE)
                                            .bytes()));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static WorkloadId id(ProtectedPod pod) {
        return new WorkloadId(pod.namespace(), pod.name());
    }

    @Override
    public Set<String> volumeZones(WorkloadId pod) {
        return find(pod).map(volumes::zones).orElse(Set.of());
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
        if (pod.volumes().emptyDirs().isEmpty()) {
            return Volumes.NONE;
        }
        try {
            Volumes seen = containers.volumes(pod.containers().getFirst().id(), pod.uid());
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
        if (pod.containers().size() > 1) {
            found.add(Obstruction.of(
                    id(pod),
                    Obstacle.CONTAINERS,
                    pod.containers().stream()
                            .map(ProtectedPod.Part::name)
                            .toList()
                            .toString()));
        }
        List<String> staying = Stream.concat(pod.volumes().staying().stream(), volumes.stream())
                .toList();
        if (!staying.isEmpty()) {
            found.add(Obstruction.of(id(pod), Obstacle.NODE_VOLUME, staying.toString()));
        }
        if (pod.ownUsers()) {
            found.add(Obstruction.of(id(pod), Obstacle.OWN_USERS, pod.toString()));
        }
        if (pod.owner().kind().equals("Pod")) {
            found.add(Obstruction.of(id(pod), Obstacle.NO_OWNER, pod.toString()));
        }
        return found.stream();
    }

    @Override
    public Optional<PodIdentity> of(String container) {
        return cluster.here().stream()
                .filter(pod -> pod.containers().getFirst().id().equals(container))
                .findFirst()
                .map(PodsHere::identity);
    }

    static PodIdentity identity(ProtectedPod pod) {
        ProtectedPod.Part first = pod.containers().getFirst();
        return new PodIdentity(
                pod.namespace(), pod.name(), pod.uid(), pod.owner().uid(), first.name(), first.image());
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

    private static boolean succeeds(ProtectedPod pod, PodIdentity saved) {
        return pod.containers().size() == 1
                && pod.owner().uid().equals(saved.owner())
                && pod.containers().getFirst().name().equals(saved.container())
                && pod.containers().getFirst().image().equals(saved.image())
                && (!pod.owner().kind().equals("StatefulSet") || pod.name().equals(saved.name()));
    }

    @Override
    public void landed(PodIdentity pod) {
        owed.put(pod.uid(), () -> cluster.landed(pod.namespace(), pod.name()));
    }
}
