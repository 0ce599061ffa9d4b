package dev.lifeboat.torture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Provided;
import dev.lifeboat.edge.criu.Crius;
import dev.lifeboat.workload.Connections;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every victim in every way that this machine's kernel allows; see docs/reference/torture.md.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class VictimsTorture {
    private final List<Result> results = new ArrayList<>();

    @TempDir
    private Path folder;

    private Path criu;
    private DebianTree debian;

    /// Part of the names of the victims to torture; all of them when left out.
    private static final String ONLY = System.getProperty("torture.only", "");

    private static final Pattern KERNEL = Pattern.compile("\\d+\\.\\d+");

    /// @param name as `torture.only` takes it
    record Kind(String name, Maker maker) {
        @Override
        public String toString() {
            return name;
        }
    }

    /// Makes a victim; a volume is a folder that does not travel.
    @FunctionalInterface
    interface Maker {
        Victim make(DebianTree debian, Path volume) throws Exception;
    }

    @BeforeAll
    void provision() throws Exception {
        Provided.root();
        Provided.that(Files.exists(Path.of("/usr/bin/cc")), "no C compiler: apt-get install gcc libc6-dev");
        // 4.1 cannot dump a TCP socket on newer kernels.
        criu = Crius.SID.path();
        debian = DebianTree.provision();
    }

    static Stream<Arguments> matrix() {
        List<Kind> kinds = List.of(
                new Kind("jvm", (_, _) -> new SelfChecking.Jvm()),
                new Kind("numpy", (debian, _) -> new SelfChecking.Numpy(debian)),
                new Kind("bomb", (_, volume) -> new SelfChecking.Bomb(volume)),
                redis(Connections.REFUSE),
                postgres(Connections.REFUSE),
                new Kind("nginx", (debian, volume) -> new Nginx(debian, volume, freePort())));
        List<Kind> connected = List.of(
                redis(Connections.KEEP),
                redis(Connections.CLOSE),
                postgres(Connections.KEEP),
                postgres(Connections.CLOSE));
        return Stream.concat(
                        kinds.stream()
                                .flatMap(kind -> Stream.of(Way.FULL, Way.AHEAD).map(way -> Arguments.of(kind, way))),
                        connected.stream().map(kind -> Arguments.of(kind, Way.FULL)))
                .filter(cell -> String.valueOf(cell.get()[0]).contains(ONLY));
    }

    private static Kind redis(Connections connections) {
        return new Kind("redis-" + connections, (debian, _) -> new Redis(debian, freePort(), connections));
    }

    private static Kind postgres(Connections connections) {
        return new Kind(
                "postgres-" + connections, (debian, volume) -> new Postgres(debian, volume, freePort(), connections));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("matrix")
    void comesBackWhole(Kind kind, Way way) throws Exception {
        Path here = Files.createTempDirectory(folder, "ordeal-");
        Victim victim = kind.maker().make(debian, Files.createTempDirectory(folder, "volume-"));
        try (var ordeal = new Ordeal(criu, here)) {
            Result result = ordeal.run(victim, way);
            results.add(result);
            assertThat(result.failure())
                    .as("%s, %s", victim.name(), way.title())
                    .isEmpty();
        } catch (Exception | AssertionError broken) {
            if (results.stream().noneMatch(each -> each.victim().equals(victim.name()) && each.way() == way)) {
                String words =
                        String.valueOf(broken.getMessage()).lines().findFirst().orElse("");
                results.add(Result.failed(victim.name(), way, "not whole: " + words));
            }
            throw broken;
        } finally {
            victim.close();
        }
    }

    @AfterAll
    void write() throws IOException {
        var kernel = KERNEL.matcher(System.getProperty("os.version"));
        String machine = "%d cores, kernel %s"
                .formatted(Runtime.getRuntime().availableProcessors(), kernel.lookingAt() ? kernel.group() : "unknown");
        var all = new Results(LocalDate.now(ZoneOffset.UTC).toString(), machine, results);
        all.write();
        System.out.println(all.table());
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
