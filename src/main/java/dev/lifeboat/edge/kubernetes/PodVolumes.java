package dev.lifeboat.edge.kubernetes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EmptyDirVolumeSource;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The volumes of a pod whose files are its own, by their names in its spec.
///
/// @param staying whose files stay behind on its node or go with the pod, however it is saved: folders of the node
///     that it may write to, claims that are made for this pod alone, and emptyDirs of huge pages
/// @param emptyDirs all others, which come along with a checkpoint by CRIU
/// @param claims of volumes, whose content may stay, too
public record PodVolumes(List<String> staying, List<String> emptyDirs, List<String> claims) {
    private static final String HUGE_PAGES = "HugePages";

    public PodVolumes {
        staying = List.copyOf(staying);
        emptyDirs = List.copyOf(emptyDirs);
        claims = List.copyOf(claims);
    }

    static PodVolumes of(PodSpec spec) {
        return new PodVolumes(
                names(spec, volume -> staysBehind(volume, spec)),
                names(spec, volume -> volume.getEmptyDir() != null && !isOfHugePages(volume.getEmptyDir())),
                ProtectedPod.present(spec.getVolumes()).stream()
                        .filter(volume -> volume.getPersistentVolumeClaim() != null)
                        .map(volume -> volume.getPersistentVolumeClaim().getClaimName())
                        .toList());
    }

    private static List<String> names(PodSpec spec, Predicate<Volume> which) {
        return ProtectedPod.present(spec.getVolumes()).stream()
                .filter(which)
                .map(Volume::getName)
                .toList();
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
        return containers
                .flatMap(container -> ProtectedPod.present(container.getVolumeMounts()).stream())
                .anyMatch(
                        mount -> volume.getName().equals(mount.getName()) && !Boolean.TRUE.equals(mount.getReadOnly()));
    }
}
