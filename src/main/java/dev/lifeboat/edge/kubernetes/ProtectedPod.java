package dev.lifeboat.edge.kubernetes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
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
/// @param containers in the order of its spec, those last that start before the others and stay
/// @param gated whether it is held back for a checkpoint
/// @param ending whether it has been deleted already
/// @param ownUsers whether it has a user namespace (`hostUsers: false`)
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
        boolean ownUsers) {
    /// The label by which a pod's owner asks for it.
    public static final String OPT_IN = "lifeboat.dev/protect";

    /// The scheduling gate of pods that wait for a checkpoint.
    public static final String GATE = "lifeboat.dev/restore";

    public ProtectedPod {
        labels = Map.copyOf(labels);
        containers = List.copyOf(containers);
    }

    /// @param kind such as `ReplicaSet`
    public record Owner(String kind, String name, String uid) {}

    /// @param image as the spec names it
    /// @param id in the runtime, without its scheme; empty until it has been started
    /// @param imageId by digest; empty until it is known
    public record Part(String name, String image, String id, String imageId) {}

    static ProtectedPod of(Pod pod) {
        ObjectMeta meta = pod.getMetadata();
        String node = pod.getSpec().getNodeName();
        return new ProtectedPod(
                meta.getNamespace(),
                meta.getName(),
                meta.getUid(),
                node == null ? "" : node,
                owner(meta),
                meta.getLabels() == null ? Map.of() : meta.getLabels(),
                staying(pod.getSpec()).map(container -> part(container, pod)).toList(),
                present(pod.getSpec().getSchedulingGates()).stream().anyMatch(gate -> GATE.equals(gate.getName())),
                meta.getDeletionTimestamp() != null,
                PodVolumes.of(pod.getSpec()),
                Boolean.FALSE.equals(pod.getSpec().getHostUsers()));
    }

    /// Init containers that are to be started again are sidecars.
    private static Stream<Container> staying(PodSpec spec) {
        return Stream.concat(
                present(spec.getContainers()).stream(),
                present(spec.getInitContainers()).stream()
                        .filter(container -> "Always".equals(container.getRestartPolicy())));
    }

    private static Owner owner(ObjectMeta meta) {
        return present(meta.getOwnerReferences()).stream()
                .filter(reference -> Boolean.TRUE.equals(reference.getController()))
                .findFirst()
                .map((OwnerReference reference) ->
                        new Owner(reference.getKind(), reference.getName(), reference.getUid()))
                .orElseGet(() -> new Owner("Pod", meta.getName(), meta.getUid()));
    }

    private static Part part(Container container, Pod pod) {
        List<ContainerStatus> all =
                pod.getStatus() == null ? List.of() : present(pod.getStatus().getContainerStatuses());
        Optional<ContainerStatus> status = all.stream()
                .filter(each -> container.getName().equals(each.getName()))
                .findFirst();
        return new Part(
                container.getName(),
                container.getImage() == null ? "" : container.getImage(),
                status.map(ContainerStatus::getContainerID)
                        .map(id -> id.substring(id.indexOf("//") + 2))
                        .orElse(""),
                status.map(ContainerStatus::getImageID).orElse(""));
    }

    static <T> List<T> present(@Nullable List<T> list) {
        return list == null ? List.of() : list.stream().filter(Objects::nonNull).toList();
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
