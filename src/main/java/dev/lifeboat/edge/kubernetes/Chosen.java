package dev.lifeboat.edge.kubernetes;

import static dev.lifeboat.edge.kubernetes.ProtectedPod.present;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Which of a pod's containers is saved. All others start afresh where it goes on, and whoever names one
/// says that they may: no default counts as such a word, `kubectl.kubernetes.io/default-container` neither.
///
/// @param saved the first of its spec where nobody has said it
/// @param others in the order of its spec, those last that start before and stay
/// @param unclear why nobody knows that it is this one; empty where it is clear
record Chosen(Container saved, List<Container> others, String unclear) {
    /// The annotation by which a pod's owner names it.
    static final String CONTAINER = "lifeboat.dev/container";

    Chosen {
        others = List.copyOf(others);
    }

    static Chosen of(Pod pod) {
        List<Container> own = pod.getSpec().getContainers();
        List<Container> all =
                Stream.concat(own.stream(), sidecars(pod.getSpec())).toList();
        Optional<String> named =
                Optional.ofNullable(pod.getMetadata().getAnnotations()).map(annotations -> annotations.get(CONTAINER));
        Optional<Container> found = named.flatMap(name -> own.stream()
                .filter(container -> name.equals(container.getName()))
                .findFirst());
        Container saved = found.orElse(own.getFirst());
        return new Chosen(
                saved,
                all.stream().filter(container -> !container.equals(saved)).toList(),
                found.isPresent() || (named.isEmpty() && all.size() == 1)
                        ? ""
                        : unclear(named, names(own), names(all)));
    }

    /// Init containers that are to be started again.
    private static Stream<Container> sidecars(PodSpec spec) {
        return present(spec.getInitContainers()).stream()
                .filter(container -> "Always".equals(container.getRestartPolicy()));
    }

    private static List<String> names(List<Container> containers) {
        return containers.stream().map(Container::getName).toList();
    }

    private static String unclear(Optional<String> named, List<String> own, List<String> all) {
        return named.map(name -> CONTAINER + " names " + name + ", which is none of " + own)
                .orElseGet(() -> all + ", and no annotation " + CONTAINER + " names one");
    }

    /// Whether the volume is none of its own: only others have it, and begin with theirs anew.
    boolean leaves(Volume volume) {
        return !mounts(saved, volume) && others.stream().anyMatch(other -> mounts(other, volume));
    }

    /// Who may change a volume of its own while it stands still.
    Optional<String> writerBeside(Volume volume) {
        return mounts(saved, volume)
                ? others.stream()
                        .filter(other -> writes(other, volume))
                        .map(Container::getName)
                        .findFirst()
                : Optional.empty();
    }

    private static boolean mounts(Container container, Volume volume) {
        return present(container.getVolumeMounts()).stream()
                .anyMatch(mount -> volume.getName().equals(mount.getName()));
    }

    static boolean writes(Container container, Volume volume) {
        return present(container.getVolumeMounts()).stream()
                .anyMatch(
                        mount -> volume.getName().equals(mount.getName()) && !Boolean.TRUE.equals(mount.getReadOnly()));
    }
}
