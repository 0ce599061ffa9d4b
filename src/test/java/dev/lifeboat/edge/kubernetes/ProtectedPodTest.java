package dev.lifeboat.edge.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodBuilder;
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
    void onlyVolumesThatStayOnTheNodeAreNamed() {
        var pod = pod().editSpec()
                .addNewVolume()
                .withName("scratch")
                .withNewEmptyDir()
                .endEmptyDir()
                .endVolume()
                .addNewVolume()
                .withName("settings")
                .withNewConfigMap()
                .endConfigMap()
                .endVolume()
                .endSpec()
                .build();

        assertThat(ProtectedPod.of(pod).volumes()).containsExactly("scratch");
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
