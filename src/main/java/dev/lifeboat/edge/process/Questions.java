package dev.lifeboat.edge.process;

import dev.lifeboat.agent.Evacuee;
import dev.lifeboat.agent.Readiness;
import dev.lifeboat.policy.Exec;
import dev.lifeboat.policy.Http;
import dev.lifeboat.policy.Ready;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Asks processes whether they are ready: over HTTP on their own loopback, by a command in their
/// namespaces, or by a file that they see.
public final class Questions implements Readiness {
    /// Enough for a program that is up, and little enough not to hold up the other workloads.
    private static final Duration LONGEST = Duration.ofSeconds(2);

    private static final int LONGEST_STATUS_LINE = 256;

    private final Network network;

    /// The network of another process.
    public interface Network {
        /// @throws IOException when the process is gone, or the task threw it
        String inside(long pid, Callable<String> task) throws IOException, InterruptedException;
    }

    public Questions(Network network) {
        this.network = network;
    }

    @Override
    public Optional<String> lack(Evacuee evacuee, Ready when) throws InterruptedException {
        try {
            if (when.http() != null) {
                return request(evacuee.pid(), when.http());
            }
            if (when.exec() != null) {
                return command(evacuee.pid(), when.exec());
            }
            return when.file() == null ? Optional.empty() : marker(evacuee.pid(), when.file());
        } catch (IOException unanswered) {
            return Optional.of(unanswered.toString());
        }
    }

    private Optional<String> request(long pid, Http http) throws IOException, InterruptedException {
        String status = network.inside(pid, () -> ask(http));
        return status.matches("HTTP/1\\.[01] 2[0-9]{2}( .*)?")
                ? Optional.empty()
                : Optional.of(http.method() + " :" + http.port() + http.path() + " is answered with: " + status);
    }

    /// Only the first line of the answer counts, so nothing else is read.
    private static String ask(Http http) throws IOException {
        int millis = (int) LONGEST.toMillis();
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), http.port()), millis);
            socket.setSoTimeout(millis);
            String request = "%s %s HTTP/1.0\r\nHost: localhost:%d\r\nContent-Length: 0\r\n\r\n"
                    .formatted(http.method(), http.path(), http.port());
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            var line = new StringBuilder();
            for (int next = socket.getInputStream().read();
                    next >= 0 && next != '\r' && next != '\n' && line.length() < LONGEST_STATUS_LINE;
                    next = socket.getInputStream().read()) {
                line.append((char) next);
            }
            return line.toString();
        }
    }

    private static Optional<String> command(long pid, Exec exec) throws IOException, InterruptedException {
        List<String> whole = Stream.concat(
                        Stream.of(
                                "nsenter",
                                "--target",
                                Long.toString(pid),
                                "--mount",
                                "--uts",
                                "--ipc",
                                "--net",
                                "--pid",
                                "--root",
                                "--wd",
                                "--"),
                        exec.command().stream())
                .toList();
        Process process = new ProcessBuilder(whole)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(LONGEST.toMillis(), TimeUnit.MILLISECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            return Optional.of(exec.command() + " has not ended within " + LONGEST.toSeconds() + " s");
        }
        return process.exitValue() == 0
                ? Optional.empty()
                : Optional.of(exec.command() + " ended with " + process.exitValue());
    }

    private static Optional<String> marker(long pid, Ready.Marker marker) throws IOException {
        Path root = Path.of("/proc", Long.toString(pid), "root");
        Path path = root.resolve(marker.path().substring(1));
        if (marker.workers() == 0) {
            return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                    ? Optional.empty()
                    : Optional.of("there is no " + marker.path());
        }
        long ready = Files.isDirectory(path) ? living(root, path) : 0;
        return ready >= marker.workers()
                ? Optional.empty()
                : Optional.of("%d of %d workers are ready by %s".formatted(ready, marker.workers(), marker.path()));
    }

    /// Files whose name is the number of a process that the workload sees.
    private static long living(Path root, Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.matches("[1-9][0-9]{0,9}"))
                    .filter(number -> Files.isDirectory(root.resolve("proc").resolve(number)))
                    .count();
        }
    }
}
