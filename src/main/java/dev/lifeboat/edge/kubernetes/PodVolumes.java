package dev.lifeboat.edge.kubernetes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EmptyDirVolumeSource;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The volumes of a pod whose files are its own, by their names in its spec. What only those of its
/// containers have that start afresh is none of them.
///
/// @param staying whose files stay behind on its node or go with the pod, however it is saved: folders of the node
///     that it may write to, claims that are made for this pod alone, and emptyDirs of huge pages; and emptyDirs that
///     another container may change in the middle of a save, with that one's name
/// @param emptyDirs all others, which come along with a checkpoint by CRIU
/// @param claims of volumes, whose content may stay, too
public record PodVolumes(List<String> staying, List<String> emptyDirs, List<String> claims) {
    private static final String HUGE_PAGES = "HugePages";

    public PodVolumes {
        staying = List.copyOf(staying);
        emptyDirs = List.copyOf(emptyDirs);
        claims = List.copyOf(claims);
    }

    static PodVolumes of(PodSpec spec, Chosen chosen) {
        List<Volume> own = ProtectedPod.present(spec.getVolumes()).stream()
                .filter(volume -> !chosen.leaves(volume))
                .toList();
        return new PodVolumes(
                Stream.concat(
                                names(own, volume -> staysBehind(volume, spec)),
                                own.stream().flatMap(volume -> shared(volume, chosen).stream()))
                        .toList(),
                names(own, PodVolumes::comesAlong).toList(),
                ProtectedPod.present(spec.getVolumes()).stream()
                        .filter(volume -> volume.getPersistentVolumeClaim() != null)
                        .map(volume -> volume.getPersistentVolumeClaim().getClaimName())
                        .toList());
    }

    private static Stream<String> names(List<Volume> volumes, Predicate<Volume> which) {
        return volumes.stream().filter(which).map(Volume::getName);
    }

    private static boolean comesAlong(Volume volume) {
        return volume.getEmptyDir() != null && !isOfHugePages(volume.getEmptyDir());
    }

    /// The others run on while it is packed: its files would be of two moments.
    private static Optional<String> shared(Volume volume, Chosen chosen) {
        return comesAlong(volume)
                ? chosen.writerBeside(volume).map(other -> volume.getName() + " (" + other + " writes to it, too)")
                : Optional.empty();
    }

    private static boolean staysBehind(Volume volume, PodSpec spec) {
        return volume.getEphemeral() != null
                || (volume.getHostPath() != null && isWritten(volume, spec))
                || (volume.getEmptyDir() != null && isOfHugePages(volume.getEmptyDir()));
    }

    private static boolean isOfHugePages(EmptyDirVolumeSource volume) {
        return volume.getMedium() != null && volume.getMedium().startsWith(HUGE_PAGES);
    }

    /// What is only read is the node's own, such as its time zone, and every node's.
    private static boolean isWritten(Volume volume, PodSpec spec) {
        Stream<Container> containers = Stream.concat(
                ProtectedPod.present(spec.getContainers()).stream(),
                ProtectedPod.present(spec.getInitContainers()).stream());
        return containers.anyMatch(container -> Chosen.writes(container, volume));
    }
}
