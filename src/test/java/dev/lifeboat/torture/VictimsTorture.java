package dev.lifeboat.torture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Provided;
import dev.lifeboat.edge.criu.Crius;
import dev.lifeboat.torture.Recorded.Cell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every victim in every way that this machine's kernel allows; see docs/reference/torture.md.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class VictimsTorture {
    private static final Duration WINDOW = Duration.ofMinutes(3);

    private Trial trial;

    @BeforeAll
    void provision(@TempDir Path folder) throws Exception {
        Provided.root();
        // 4.1 cannot dump a TCP socket on newer kernels.
        trial = new Trial(tools(folder), Crius.SID.path(), folder, WINDOW);
    }

    static Kind.Tools tools(Path folder) throws Exception {
        Provided.that(Files.exists(Path.of("/usr/bin/cc")), "no C compiler: apt-get install gcc libc6-dev");
        return new Kind.Tools(DebianTree.provision(), SelfChecking.Bomb.compile(folder.resolve("bomb")));
    }

    static Stream<Cell> missing() throws IOException {
        return Recorded.missing().stream().filter(cell -> cell.way() != Way.PRE_DUMPED);
    }

    @ParameterizedTest(name = "{0}", allowZeroInvocations = true)
    @MethodSource("missing")
    void comesBackWhole(Cell cell) throws Exception {
        Result result = trial.of(cell);
        Recorded.add(result);
        assertThat(result.failure()).as(cell.toString()).isEmpty();
    }
}
