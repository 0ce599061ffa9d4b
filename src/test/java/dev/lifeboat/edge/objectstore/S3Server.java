package dev.lifeboat.edge.objectstore;

import dev.lifeboat.Drawn;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A real S3 server in its own process over a folder; it dies with the test.
public final class S3Server implements AutoCloseable {
    static final String BUCKET = "lifeboat";
    private static final Duration UP_WITHIN = Duration.ofSeconds(60);

    private final Process process;
    private final String address;
    private final int port;

    private S3Server(Process process, String address, int port) {
        this.process = process;
        this.address = address;
        this.port = port;
    }

    public static S3Server start(Path folder) throws IOException, InterruptedException {
        return start(folder, "127.0.0.1");
    }

    /// @param address of this machine, for those who are on another network than the loopback
    public static S3Server start(Path folder, String address) throws IOException, InterruptedException {
        Files.createDirectories(folder.resolve("data").resolve(BUCKET));
        int port = freePort(address);
        Path properties = folder.resolve("s3proxy.properties");
        Files.writeString(properties, """
                s3proxy.endpoint=http://%s:%d
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.identity=local
                s3proxy.credential=local-secret
                jclouds.provider=filesystem-nio2
                jclouds.filesystem.basedir=%s
                """.formatted(address, port, folder.resolve("data")));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        classPath(),
                        "org.gaul.s3proxy.Main",
                        "--properties",
                        properties.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("s3proxy.log").toFile())
                .start();
        var server = new S3Server(process, address, port);
        server.await(folder);
        return server;
    }

    private static String classPath() throws IOException, InterruptedException {
        Process script = new ProcessBuilder(
                        Drawn.top().resolve(".ci/provision-s3").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String path = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (script.waitFor() != 0) {
            throw new IOException(".ci/provision-s3 failed");
        }
        return path;
    }

    private static int freePort(String address) throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral(address))) {
            return socket.getLocalPort();
        }
    }

    private void await(Path folder) throws IOException {
        long end = System.nanoTime() + UP_WITHIN.toNanos();
        while (System.nanoTime() < end && process.isAlive()) {
            try (var _ = new Socket(InetAddress.ofLiteral(address), port)) {
                return;
            } catch (IOException _) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
        }
        throw new IOException("s3proxy did not come up: " + Files.readString(folder.resolve("s3proxy.log")));
    }

    public StoreLocation.S3 location() {
        return location(Duration.ofSeconds(20));
    }

    StoreLocation.S3 location(Duration timeout) {
        return new StoreLocation.S3(
                BUCKET,
                "",
                URI.create("http://" + address + ":" + port),
                "us-east-1",
                new StoreLocation.Credentials("local", "local-secret"),
                timeout);
    }

    /// The same bucket, everything under one prefix.
    StoreLocation.S3 under(String prefix) {
        var top = location();
        return new StoreLocation.S3(
                top.bucket(), prefix, top.endpoint(), top.region(), top.credentials(), top.timeout());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
