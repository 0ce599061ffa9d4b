package dev.lifeboat.edge.criu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CpuStateTest {
    /// Written by `criu cpuinfo dump`, CRIU 4.1.1, on an AMD EPYC of family 26.
    private static final String RECORDED =
            "1943565413404061630000000a610802101a18022001280230fff7afbc0130fff7cffe023000308080c4103083e4e8ff"
                    + "0f300030f38780023000300030ab8ffc8d0f300f30c6bf8102300030858088800530043000300030003090023a08414d"
                    + "44204550594340e501488013508013";

    @Test
    void whatCriuWroteIsRead() throws Exception {
        assertThat(CpuState.read(HexFormat.of().parseHex(RECORDED))).isEqualTo(new CpuState(0xe5, 2432, 2432));
    }

    /// As on arm64, where `criu cpuinfo dump` ends with ENOTSUP and no dump says what it was made on.
    @Test
    void whatWasDumpedWithoutAWordOnItsProcessorFitsWhereCriuKnowsNothingOfOurs(@TempDir Path folder) throws Exception {
        CpuState.Own refused = () -> {
            throw new IOException("cpuinfo dump failed");
        };
        assertThat(CpuState.lack(Path.of("criu"), folder, refused, folder)).isEmpty();
    }
}
