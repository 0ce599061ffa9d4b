package dev.lifeboat.edge.criu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Real CRIU, started by somebody else, over TCP.
final class PageListenerIT {
    private static final int MEBIBYTES = 64;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"DEFAULT, UP_TO_4_1", "SID, SINCE_4_2"})
    void aDumpByCommandLineArrivesWhole(Crius suite, WireFormat format) throws Exception {
        var criu = suite.path();
        var sink = new RecordingSink();
        Path images = Files.createDirectory(folder.resolve("images"));
        try (var victim = RunningVictim.start(folder, MEBIBYTES);
                var listener = PageListener.onLoopback()) {
            var taken = new CompletableFuture<ByteCount>();
            Thread server = Thread.ofPlatform().start(() -> {
                try {
                    taken.complete(listener.serveOne(format, sink));
                } catch (IOException | InterruptedException | RuntimeException broken) {
                    taken.completeExceptionally(broken);
                }
            });
            var dump = new ProcessBuilder(List.of(
                            criu.toString(),
                            "dump",
                            "--leave-running",
                            "--tree=" + victim.pid(),
                            "--images-dir=" + images,
                            "--page-server",
                            "--address=" + listener.address().getAddress().getHostAddress(),
                            "--port=" + listener.address().getPort()))
                    .inheritIO()
                    .start();
            assertThat(dump.waitFor()).isZero();
            server.join();
            assertThat(taken.join()).isEqualTo(new ByteCount(sink.bytes()));
            assertThat(sink.bytes()).isGreaterThan((long) MEBIBYTES << 20);
            try (var files = Files.list(images)) {
                assertThat(files.map(Path::getFileName).map(Path::toString))
                        .noneMatch(name -> name.startsWith("pages-"))
                        .contains("inventory.img");
            }
            victim.goesOn(MEBIBYTES);
        }
    }
}
