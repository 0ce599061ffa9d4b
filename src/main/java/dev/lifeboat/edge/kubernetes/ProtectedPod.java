package dev.lifeboat.edge.kubernetes;

import dev.lifeboat.workload.Obstacle;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A pod that asked to be taken along, as far as we need to know it.
///
/// @param node empty while it has none
/// @param owner its controller; its own name and uid where it has none
/// @param containers first the one that is saved, then the others in the order of its spec
/// @param gated whether it is held back for a checkpoint
/// @param ending whether it has been deleted already
/// @param obstacles what its spec says that keeps it from being saved, and in which words
/// @param addresses one of each family; none until it has been started
public record ProtectedPod(
        String namespace,
        String name,
        String uid,
        String node,
        Owner owner,
        Map<String, String> labels,
        List<Part> containers,
        boolean gated,
        boolean ending,
        PodVolumes volumes,
        Map<Obstacle, String> obstacles,
        List<String> addresses) {
    /// The label by which a pod's owner asks for it.
    public static final String OPT_IN = "lifeboat.dev/protect";

    /// The scheduling gate of pods that wait for a checkpoint.
    public static final String GATE = "lifeboat.dev/restore";

    /// As if it were its own.
    private static final String NOBODY = "Pod";

    public ProtectedPod {
        labels = Map.copyOf(labels);
        containers = List.copyOf(containers);
        obstacles = Map.copyOf(obstacles);
        addresses = List.copyOf(addresses);
    }

    /// Whose memory is saved: that of the container that its owner has named, or of its only one. It stands for all
    /// where nobody knows, and the pod cannot be saved.
    public Part saved() {
        return containers.getFirst();
    }

    /// Those that start afresh wherever it goes on.
    public List<Part> others() {
        return containers.subList(1, containers.size());
    }

    /// @param kind such as `ReplicaSet`
    public record Owner(String kind, String name, String uid) {}

    /// @param image as the spec names it
    /// @param id in the runtime, without its scheme; empty until it has been started
    /// @param imageId by digest; empty until it is known
    /// @param probe by which its kubelet may end it now; null when there is none
    public record Part(
            String name,
            String image,
            String id,
            String imageId,
            @Nullable Probe probe) {}

    static ProtectedPod of(Pod pod) {
        ObjectMeta meta = pod.getMetadata();
        String node = pod.getSpec().getNodeName();
        Chosen chosen = Chosen.of(pod);
        Owner owner = owner(meta);
        return new ProtectedPod(
                meta.getNamespace(),
                meta.getName(),
                meta.getUid(),
                node == null ? "" : node,
                owner,
                meta.getLabels() == null ? Map.of() : meta.getLabels(),
                Stream.concat(Stream.of(chosen.saved()), chosen.others().stream())
                        .map(container -> part(container, pod))
                        .toList(),
                present(pod.getSpec().getSchedulingGates()).stream().anyMatch(gate -> GATE.equals(gate.getName())),
                meta.getDeletionTimestamp() != null,
                PodVolumes.of(pod.getSpec(), chosen),
                obstacles(pod.getSpec(), owner, chosen),
                addresses(pod));
    }

    private static List<String> addresses(Pod pod) {
        return pod.getStatus() == null
                ? List.of()
                : present(pod.getStatus().getPodIPs()).stream()
                        .map(PodIP::getIp)
                        .toList();
    }

    private static Map<Obstacle, String> obstacles(PodSpec spec, Owner owner, Chosen chosen) {
        var found = new EnumMap<Obstacle, String>(Obstacle.class);
        if (!chosen.unclear().isEmpty()) {
            found.put(Obstacle.CONTAINERS, chosen.unclear());
        }
        if (Boolean.FALSE.equals(spec.getHostUsers())) {
            found.put(Obstacle.OWN_USERS, "hostUsers: false");
        }
        if (Boolean.TRUE.equals(spec.getShareProcessNamespace())) {
            found.put(Obstacle.SHARED_PROCESSES, "shareProcessNamespace: true");
        }
        if (Boolean.TRUE.equals(spec.getHostPID())) {
            found.put(Obstacle.SHARED_PROCESSES, "hostPID: true");
        }
        if (owner.kind().equals(NOBODY)) {
            found.put(Obstacle.NO_OWNER, "it has no controller");
        }
        return found;
    }

    static Owner owner(ObjectMeta meta) {
        return present(meta.getOwnerReferences()).stream()
                .filter(reference -> Boolean.TRUE.equals(reference.getController()))
                .findFirst()
                .map((OwnerReference reference) ->
                        new Owner(reference.getKind(), reference.getName(), reference.getUid()))
                .orElseGet(() -> new Owner(NOBODY, meta.getName(), meta.getUid()));
    }

    private static Part part(Container container, Pod pod) {
        Optional<ContainerStatus> status = statuses(pod)
                .filter(each -> container.getName().equals(each.getName()))
                .findFirst();
        return new Part(
                container.getName(),
                container.getImage() == null ? "" : container.getImage(),
                status.map(ContainerStatus::getContainerID)
                        .map(id -> id.substring(id.indexOf("//") + 2))
                        .orElse(""),
                status.map(ContainerStatus::getImageID).orElse(""),
                Probe.of(
                        container,
                        status.map(ContainerStatus::getStarted).orElse(false)
                                ? Probe.Started.YES
                                : Probe.Started.NOT_YET,
                        pod.getSpec()));
    }

    private static Stream<ContainerStatus> statuses(Pod pod) {
        return pod.getStatus() == null
                ? Stream.empty()
                : Stream.concat(
                        present(pod.getStatus().getContainerStatuses()).stream(),
                        present(pod.getStatus().getInitContainerStatuses()).stream());
    }

    static <T> List<T> present(@Nullable List<T> list) {
        return list == null ? List.of() : list.stream().filter(Objects::nonNull).toList();
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
