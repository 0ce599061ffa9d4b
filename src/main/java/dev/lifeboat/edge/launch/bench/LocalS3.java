package dev.lifeboat.edge.launch.bench;

import dev.lifeboat.edge.demo.node.Part;
import dev.lifeboat.edge.objectstore.StoreLocation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// An S3 server on this machine, in a process of its own, over a folder.
///
/// @param data the folder
record LocalS3(Part part, Path scripts, Path data, String address, int port) implements AutoCloseable {
    static final String BUCKET = "bench";
    static final String ACCESS_KEY = "local";
    static final String SECRET_KEY = "local-secret";

    /// Seconds, but for an emulated machine. One that has ended is not waited for.
    private static final int UP_WITHIN_SECONDS = 300;

    /// A GiB in parts of 8 MiB on two cores may keep one of them waiting.
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    /// @param scripts the checkout's `.ci` folder
    static LocalS3 start(Path scripts, Path folder) throws IOException, InterruptedException {
        Path data = folder.resolve("data");
        Files.createDirectories(data.resolve(BUCKET));
        String address = "127.0.0.1";
        int port = freePort();
        var server =
                new LocalS3(run(List.of(), scripts, folder, data, address + ":" + port), scripts, data, address, port);
        server.await();
        return server;
    }

    /// Another one with the same objects, at the other end of a link.
    ///
    /// @throws IOException where there can be no link
    LocalS3 behind(Link link, Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Part apart = run(Link.APART, scripts, folder, data, "0.0.0.0:" + port);
        try {
            var server =
                    new LocalS3(apart, scripts, data, link.lay(apart.process().pid()), port);
            server.await();
            return server;
        } catch (IOException | InterruptedException broken) {
            apart.kill();
            throw broken;
        }
    }

    private static Part run(List<String> prefix, Path scripts, Path folder, Path data, String listening)
            throws IOException, InterruptedException {
        Path properties = folder.resolve("s3proxy.properties");
        Files.writeString(properties, """
                s3proxy.endpoint=http://%s
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.identity=%s
                s3proxy.credential=%s
                jclouds.provider=filesystem-nio2
                jclouds.filesystem.basedir=%s
                """.formatted(listening, ACCESS_KEY, SECRET_KEY, data));
        var command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                Provision.output(scripts.resolve("provision-s3")),
                "org.gaul.s3proxy.Main",
                "--properties",
                properties.toString()));
        return Part.start("s3", command, folder.resolve("s3.log"), Map.of());
    }

    URI endpoint() {
        return URI.create("http://" + address + ":" + port);
    }

    StoreLocation location() {
        return new StoreLocation.S3(
                BUCKET, "", endpoint(), "us-east-1", new StoreLocation.Credentials(ACCESS_KEY, SECRET_KEY), TIMEOUT);
    }

    @Override
    public void close() {
        part.kill();
    }

    private void await() throws IOException, InterruptedException {
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(UP_WITHIN_SECONDS);
        while (System.nanoTime() < giveUp && part.process().isAlive()) {
            try (var _ = new Socket(address, port)) {
                return;
            } catch (IOException _) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
        throw new IOException("the S3 server did not come up: " + part.tail(5));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
