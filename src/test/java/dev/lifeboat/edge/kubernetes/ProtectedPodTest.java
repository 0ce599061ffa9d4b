package dev.lifeboat.edge.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.lifeboat.workload.Obstacle;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ProtectedPodTest {
    private static final String SIDECARS = """
            containers:
            - {name: log, volumeMounts: [{name: files, mountPath: /in, readOnly: true}, {name: place, mountPath: /place}]}
            - {name: pi, image: "pi@sha256:1", volumeMounts: [{name: files, mountPath: /out}]}
            initContainers:
            - {name: first, volumeMounts: [{name: files, mountPath: /out}]}
            - {name: mesh, restartPolicy: Always, volumeMounts: [{name: node, mountPath: /node}]}
            volumes:
            - {name: files, emptyDir: {}}
            - {name: place, emptyDir: {}}
            - {name: node, hostPath: {path: /var/lib/mesh}}
            """;

    @ParameterizedTest
    @CsvSource({"false, true", "true, false", ", false"})
    void usersAreItsOwnOnlyWhereTheSpecSaysSo(Boolean hostUsers, boolean own) {
        assertThat(ProtectedPod.of(pod().editSpec()
                                .withHostUsers(hostUsers)
                                .endSpec()
                                .build())
                        .obstacles()
                        .containsKey(Obstacle.OWN_USERS))
                .isEqualTo(own);
    }

    @Test
    void processesThatOthersSeeAreAnObstacle() {
        assertThat(obstacles("containers: [{name: pi}]\nshareProcessNamespace: true", "pi"))
                .containsOnlyKeys(Obstacle.SHARED_PROCESSES);
        assertThat(obstacles("containers: [{name: pi}]\nhostPID: true", "pi"))
                .containsOnlyKeys(Obstacle.SHARED_PROCESSES);
    }

    @Test
    void thatNobodyMakesItAgainIsAnObstacle() {
        assertThat(ProtectedPod.of(pod().build()).obstacles()).containsOnlyKeys(Obstacle.NO_OWNER);
    }

    @Test
    void volumesAreToldApartByWhatBecomesOfTheirFiles() {
        var volumes = volumes("""
                - {name: scratch, emptyDir: {sizeLimit: 1Gi}}
                - {name: quick, emptyDir: {medium: Memory}}
                - {name: huge, emptyDir: {medium: HugePages-2Mi}}
                - {name: settings, configMap: {name: settings}}
                - {name: data, persistentVolumeClaim: {claimName: data-0}}
                - {name: own, ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce]}}}}
                - {name: logs, hostPath: {path: /var/log}}
                - {name: zone, hostPath: {path: /etc/localtime}}
                """);

        assertThat(volumes.staying()).containsExactly("huge", "own", "logs");
        assertThat(volumes.emptyDirs()).containsExactly("scratch", "quick");
        assertThat(volumes.claims()).containsExactly("data-0");
    }

    /// Of a pod that writes to all of them but one.
    private static PodVolumes volumes(String yaml) {
        return of("""
                containers:
                - name: pi
                  volumeMounts: [{name: logs, mountPath: /logs}, {name: zone, mountPath: /zone, readOnly: true}]
                volumes:
                """ + yaml, null).volumes();
    }

    @Test
    void theOneThatItsOwnerNamesIsSavedAndOthersKeepWhatOnlyTheyHave() {
        ProtectedPod pod = of(SIDECARS, "pi");

        assertThat(pod.obstacles()).isEmpty();
        assertThat(pod.saved().name()).isEqualTo("pi");
        assertThat(pod.others()).extracting(ProtectedPod.Part::name).containsExactly("log", "mesh");
        assertThat(pod.volumes()).isEqualTo(new PodVolumes(List.of(), List.of("files"), List.of()));
    }

    @Test
    void ofSeveralContainersThatNobodyHasToldApartNoneIsSaved() {
        assertThat(obstacles(SIDECARS, null))
                .containsExactly(entry(
                        Obstacle.CONTAINERS, "[log, pi, mesh], and no annotation lifeboat.dev/container names one"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "other", "mesh", "first"})
    void aNameThatIsNoContainersIsAnObstacle(String name) {
        assertThat(obstacles(SIDECARS, name))
                .containsExactly(entry(
                        Obstacle.CONTAINERS, "lifeboat.dev/container names " + name + ", which is none of [log, pi]"));
    }

    @Test
    void aVolumeThatAnotherWritesToAsWellStays() {
        assertThat(of(SIDECARS.replace(", readOnly: true", ""), "pi").volumes().staying())
                .containsExactly("files (log writes to it, too)");
        // Whoever only reads it may have a file open that has changed since.
        assertThat(of(SIDECARS, "log").volumes().staying()).containsExactly("files (pi writes to it, too)");
    }

    @Test
    void itsContainersAreKnownByTheirIdsHoweverTheyAreStarted() {
        var pod = new PodBuilder(pod(SIDECARS, "pi"))
                .withNewStatus()
                .addNewContainerStatus()
                .withName("pi")
                .withContainerID("containerd://c-1")
                .endContainerStatus()
                .addNewInitContainerStatus()
                .withName("mesh")
                .withContainerID("containerd://c-2")
                .endInitContainerStatus()
                .endStatus()
                .build();

        assertThat(ProtectedPod.of(pod).containers())
                .extracting(ProtectedPod.Part::id)
                .containsExactly("c-1", "", "c-2");
    }

    private static Map<Obstacle, String> obstacles(String spec, @Nullable String saved) {
        return of(spec, saved).obstacles();
    }

    private static ProtectedPod of(String spec, @Nullable String saved) {
        return ProtectedPod.of(pod(spec, saved));
    }

    /// Of a ReplicaSet.
    private static Pod pod(String spec, @Nullable String saved) {
        return pod().editMetadata()
                .withAnnotations(saved == null ? null : Map.of(Chosen.CONTAINER, saved))
                .addNewOwnerReference()
                .withKind("ReplicaSet")
                .withName("pi")
                .withUid("o-1")
                .withController(true)
                .endOwnerReference()
                .endMetadata()
                .withSpec(Serialization.unmarshal(spec, PodSpec.class))
                .build();
    }

    private static PodBuilder pod() {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("lab")
                .withName("pi-1")
                .withUid("u-1")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("pi")
                .withImage("pi@sha256:1")
                .endContainer()
                .endSpec();
    }
}
