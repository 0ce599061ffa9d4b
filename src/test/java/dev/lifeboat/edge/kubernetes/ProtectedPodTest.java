package dev.lifeboat.edge.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProtectedPodTest {
    @ParameterizedTest
    @CsvSource({"false, true", "true, false", ", false"})
    void usersAreItsOwnOnlyWhereTheSpecSaysSo(Boolean hostUsers, boolean own) {
        assertThat(ProtectedPod.of(pod().editSpec()
                                .withHostUsers(hostUsers)
                                .endSpec()
                                .build())
                        .ownUsers())
                .isEqualTo(own);
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
        return PodVolumes.of(Serialization.unmarshal("""
                containers:
                - name: pi
                  volumeMounts: [{name: logs, mountPath: /logs}, {name: zone, mountPath: /zone, readOnly: true}]
                volumes:
                """ + yaml, PodSpec.class));
    }

    @Test
    void anInitContainerThatStaysIsOneOfItsContainersAndTheLast() {
        var pod = pod().editSpec()
                .addNewInitContainer()
                .withName("first")
                .endInitContainer()
                .addNewInitContainer()
                .withName("beside")
                .withRestartPolicy("Always")
                .endInitContainer()
                .endSpec()
                .build();

        assertThat(ProtectedPod.of(pod).containers())
                .extracting(ProtectedPod.Part::name)
                .containsExactly("pi", "beside");
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
