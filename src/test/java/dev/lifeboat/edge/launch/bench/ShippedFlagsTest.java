package dev.lifeboat.edge.launch.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Drawn;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

final class ShippedFlagsTest {
    @Test
    void anOrchestratorIsMeasuredWithTheFlagsThatTheImageAndTheChartGiveIt() throws IOException {
        String shipped = read(".ci/image") + read("helm/lifeboat/templates/orchestrator.yaml");

        assertThat(shipped).contains(Cluster.ORCHESTRATOR);
    }

    private static String read(String file) throws IOException {
        return Files.readString(Drawn.top().resolve(file));
    }
}
