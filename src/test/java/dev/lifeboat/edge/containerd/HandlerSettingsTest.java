package dev.lifeboat.edge.containerd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class HandlerSettingsTest {
    private static final Path WRAPPER = Path.of("/opt/lifeboat/bin/lifeboat-runc");

    @Test
    void whatOthersWroteStays() {
        String others = """
                version = 2 # ours since 2021
                [plugins."io.containerd.grpc.v1.cri"]
                  sandbox_image = "pause"
                """;

        assertThat(with(others)).startsWith(others).contains("""
                        [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.lifeboat]
                          runtime_type = "io.containerd.runc.v2"
                          pod_annotations = ["lifeboat.dev/*"]
                          container_annotations = ["lifeboat.dev/*"]
                          [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.lifeboat.options]
                            BinaryName = "/opt/lifeboat/bin/lifeboat-runc"
                        # lifeboat""");
    }

    @Test
    void aSecondTimeChangesNothing() {
        String once = with("version = 2");

        assertThat(with(once)).isEqualTo(once);
    }

    @Test
    void aNewPlaceReplacesTheOldOne() {
        String old = new HandlerSettings("version = 2\n")
                .with("lifeboat", Path.of("/old/lifeboat-runc"))
                .text();

        assertThat(with(old)).isEqualTo(with("version = 2\n"));
    }

    @Test
    void containerd2HasItsRuntimeApart() {
        assertThat(with("version = 3\n"))
                .contains("[plugins.\"io.containerd.cri.v1.runtime\".containerd.runtimes.lifeboat]");
    }

    @Test
    void groupsAreNamedAsForAllOthers() {
        assertThat(with("version = 2\n            SystemdCgroup = true\n"))
                .contains("    SystemdCgroup = true\n# life");
        assertThat(with("version = 2\n            SystemdCgroup = false\n")).doesNotContain("SystemdCgroup = true");
    }

    @Test
    void aHandlerThatSomebodyElseMadeIsHis() {
        String theirs = "version = 3\n[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.lifeboat]\n";

        assertThat(with(theirs)).isEqualTo(theirs);
    }

    @Test
    void whereThereIsNoFileTheDefaultsStand() {
        assertThat(with("")).startsWith("version = 2\n");
    }

    @Test
    void settingsOfVersion1AreRefusedWithAWayOut() {
        assertThatThrownBy(() -> with("[plugins.cri]\n")).hasMessageContaining("containerd config migrate");
    }

    private static String with(String text) {
        return new HandlerSettings(text).with("lifeboat", WRAPPER).text();
    }
}
