package dev.lifeboat.edge.launch.bench;

import dev.lifeboat.edge.criu.DumpStatistics;
import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.apache.commons.io.FileUtils;

/// Rival (c): CRIU's own page server writing to a disk, over TCP on loopback. Its time ends when both have ended and
/// the images are synced.
record PageServerToDisk(Criu criu, Path disk) implements Contender {
    @Override
    public String key() {
        return "criu-page-server";
    }

    @Override
    public String title() {
        return "(c) criu page-server to disk";
    }

    @Override
    public Measured save(BenchVictim victim) throws IOException, InterruptedException {
        Path images = Criu.fresh(disk.resolve("images"));
        Path pages = Criu.fresh(disk.resolve("pages"));
        String port = Integer.toString(freePort());
        Account before = Account.now();
        var server = new FutureTask<>(serve(pages, port));
        Thread.ofPlatform().name("page-server").start(server);
        awaitListening(Integer.parseInt(port));
        long start = System.nanoTime();
        ByteCount dumper =
                criu.dump(victim.pid(), images, List.of("--page-server", "--address", "127.0.0.1", "--port", port));
        ByteCount serving = join(server);
        Command.run(List.of("sync", "--file-system", pages.toString()));
        var elapsed = Duration.ofNanos(System.nanoTime() - start);
        Account used = Account.now().since(before);
        DumpStatistics statistics = Criu.statistics(images);
        var measured = new Measured(
                statistics.frozen(),
                elapsed,
                used.processor(),
                Criu.pages(pages),
                ByteCount.ZERO,
                serving.compareTo(dumper) > 0 ? serving : dumper,
                used.diskWritten());
        FileUtils.deleteDirectory(images.toFile());
        FileUtils.deleteDirectory(pages.toFile());
        return measured;
    }

    private Callable<ByteCount> serve(Path pages, String port) {
        return () -> Command.run(List.of(
                criu.binary().toString(),
                "page-server",
                "--images-dir",
                pages.toString(),
                "--address",
                "127.0.0.1",
                "--port",
                port,
                "-v2"));
    }

    private static ByteCount join(FutureTask<ByteCount> server) throws IOException, InterruptedException {
        try {
            return server.get();
        } catch (ExecutionException broken) {
            throw new IOException("criu page-server failed: " + broken.getCause(), broken);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /// It serves one connection only, so its readiness is read from the kernel's table instead of by connecting.
    private static void awaitListening(int port) throws IOException, InterruptedException {
        String hex = String.format(":%04X ", port);
        for (int look = 0; look < 500; look++) {
            boolean listening = Files.readAllLines(Path.of("/proc/net/tcp")).stream()
                    .anyMatch(line -> line.contains(hex) && line.contains(" 0A "));
            if (listening) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        throw new IOException("criu page-server did not listen on " + port);
    }
}
