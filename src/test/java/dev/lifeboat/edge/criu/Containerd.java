package dev.lifeboat.edge.criu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Drawn;
import dev.lifeboat.Provided;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;

/// A real containerd of its own, whose runc is the wrapper.
///
/// @param folder its own; what it keeps and says is below
/// @param wrapper `lifeboat-runc`
public record Containerd(Path folder, Path wrapper, Process process) implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(3);
    private static final Path PROGRAM = Path.of("/usr/bin/containerd");

    /// Where its runc keeps its state, whatever its own folder.
    public static final Path STATE = Path.of("/run/containerd/runc/default");

    /// @param restores which the wrapper shares with an agent
    public static Containerd start(Path folder, Path wrapper, Path criu, Path restores)
            throws IOException, InterruptedException {
        Provided.that(Files.exists(PROGRAM), "no containerd: apt-get install containerd");
        Files.createDirectories(folder);
        Path settings = Files.writeString(folder.resolve("containerd.toml"), """
                version = 2
                disabled_plugins = ["io.containerd.grpc.v1.cri"]
                """);
        var builder = new ProcessBuilder(
                        PROGRAM.toString(),
                        "--config",
                        settings.toString(),
                        "--root",
                        folder.resolve("containerd").toString(),
                        "--state",
                        folder.resolve("containerd-state").toString(),
                        "--address",
                        socket(folder))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("containerd.log").toFile());
        builder.environment().put("LIFEBOAT_RUNC", ContainerImage.runc().toString());
        builder.environment().put("LIFEBOAT_RESTORES", restores.toString());
        builder.environment()
                .merge("PATH", criu.resolveSibling("").toString(), (before, first) -> first + ":" + before);
        var started = new Containerd(folder, wrapper, builder.start());
        started.awaitAnswer();
        return started;
    }

    private void awaitAnswer() throws IOException, InterruptedException {
        long giveUp = System.nanoTime() + PATIENCE_NANOS;
        while (!ctr("version").contains("Server:")) {
            assertThat(process.isAlive() && System.nanoTime() < giveUp)
                    .as(Files.readString(folder.resolve("containerd.log")))
                    .isTrue();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    /// Skipped where no Go is new enough: it builds the wrapper and nothing else here.
    public static Path wrapper(Path folder) throws IOException, InterruptedException {
        Path target = folder.resolve("lifeboat-runc");
        String said = call(List.of(Drawn.top().resolve("oci-wrapper/build").toString(), target.toString()));
        if (!Files.exists(target)) {
            String why = "==== SKIPPED: the OCI wrapper cannot be built here: " + said;
            System.err.println(why);
            Assumptions.abort(why);
        }
        return target;
    }

    /// @return what containerd complains of; blocks until the container runs
    public String run(Path config, String name) throws IOException, InterruptedException {
        return ctr(toRun(config, name, "--detach"));
    }

    /// @return the container's exit code
    int runToItsEnd(Path config, String name) throws IOException, InterruptedException {
        return new ProcessBuilder(command(toRun(config, name)))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("run.log").toFile())
                .start()
                .waitFor();
    }

    private String[] toRun(Path config, String name, String... more) {
        var words = new ArrayList<>(List.of("run"));
        words.addAll(List.of(more));
        words.addAll(List.of("--null-io", "--runc-binary", wrapper.toString(), "--config", config.toString(), name));
        return words.toArray(String[]::new);
    }

    /// Kills it and forgets it; fine where there is none.
    public void delete(String name) throws IOException, InterruptedException {
        ctr("task", "delete", "--force", name);
        ctr("container", "delete", name);
    }

    public String ctr(String... words) throws IOException, InterruptedException {
        return call(command(words));
    }

    private List<String> command(String... words) {
        var command = new ArrayList<>(List.of("ctr", "--address", socket(folder)));
        command.addAll(List.of(words));
        return command;
    }

    private static String socket(Path folder) {
        return folder.resolve("containerd.sock").toString();
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /// What it said, both streams together.
    public static String call(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        process.waitFor();
        return said;
    }
}
