package dev.lifeboat.edge.criu.runc;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// runc's command line (runc(8)), and the state that it keeps of each container.
///
/// @param binary runc 1.1 or newer
/// @param root where it keeps its state: `runc --root`
/// @param criu the CRIU that restores for it
/// @param scratch for what it says while it works
record Runc(Path binary, Path root, Path criu, Path scratch) {
    private static final String STATE = "state.json";

    /// runc itself takes milliseconds; a restore reads back gigabytes from tmpfs.
    private static final long PATIENCE_MINUTES = 10;

    /// What is worth telling of what it said.
    private static final int TAIL_LINES = 8;

    /// Starts the bundle's container, detached.
    void run(String id, Path bundle) throws IOException, InterruptedException {
        call(List.of("run", "--detach", "--bundle", bundle.toString(), id));
    }

    /// Restores the container from CRIU's images.
    void restore(String id, Path bundle, Path images, Path work) throws IOException, InterruptedException {
        call(List.of(
                "restore",
                "--detach",
                "--bundle",
                bundle.toString(),
                "--image-path",
                images.toString(),
                "--work-path",
                work.toString(),
                "--file-locks",
                id));
    }

    /// Lets all of a container that was restored stopped go on. `runc kill` reaches its first process alone since 1.2.
    void resume(String id) throws IOException, InterruptedException {
        Path listed = Files.createTempFile(scratch, "runc-", ".json");
        try {
            call(List.of("ps", "--format", "json", id), ProcessBuilder.Redirect.to(listed.toFile()));
            var pids = new ArrayList<String>();
            new JsonMapper().readTree(listed.toFile()).forEach(pid -> pids.add(pid.asText()));
            var command = new ArrayList<>(List.of("kill", "-CONT"));
            command.addAll(pids);
            boolean told = pids.isEmpty()
                    || await(new ProcessBuilder(command).inheritIO().start()) == 0;
            // One that was killed meanwhile cannot be told; all the others have been.
            if (!told && pids.stream().allMatch(Runc::isAlive)) {
                throw new IOException("not all of " + id + " could be told to go on");
            }
        } finally {
            Files.deleteIfExists(listed);
        }
    }

    private static boolean isAlive(String pid) {
        return Files.exists(Path.of("/proc", pid));
    }

    /// Kills what is left of it and forgets it; nothing to do where there is none.
    void delete(String id) throws IOException, InterruptedException {
        call(List.of("delete", "--force", id));
    }

    /// The container whose first process has this number; empty when it is none's.
    Optional<RuncState> holding(long pid) throws IOException {
        if (!Files.isDirectory(root)) {
            return Optional.empty();
        }
        try (Stream<Path> folders = Files.list(root)) {
            for (Path folder : folders.toList()) {
                Optional<RuncState> state = state(folder.getFileName().toString());
                if (state.isPresent() && state.get().pid() == pid) {
                    return state;
                }
            }
        }
        return Optional.empty();
    }

    Optional<RuncState> state(String id) throws IOException {
        Path file = root.resolve(id).resolve(STATE);
        return Files.exists(file) ? Optional.of(RuncState.read(file)) : Optional.empty();
    }

    /// Nothing is inherited but /dev/null: a container holds its first descriptors for ever, and CRIU takes no file of
    /// this node's along.
    private void call(List<String> arguments) throws IOException, InterruptedException {
        call(arguments, ProcessBuilder.Redirect.DISCARD);
    }

    private void call(List<String> arguments, ProcessBuilder.Redirect output) throws IOException, InterruptedException {
        Path log = Files.createTempFile(scratch, "runc-", ".log");
        try {
            var command = new ArrayList<>(List.of(
                    binary.toString(), "--root", root.toString(), "--log", log.toString(), "--log-format", "text"));
            command.addAll(arguments);
            var builder = new ProcessBuilder(command)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(output)
                    .redirectError(ProcessBuilder.Redirect.DISCARD);
            // runc takes the first criu that it finds.
            Map<String, String> environment = builder.environment();
            environment.merge("PATH", criu.resolveSibling("").toString(), (before, first) -> first + ":" + before);
            int code = await(builder.start());
            if (code != 0) {
                throw new IOException("runc " + arguments.getFirst() + " ended with " + code + ": " + tail(log));
            }
        } finally {
            Files.deleteIfExists(log);
        }
    }

    private static int await(Process runc) throws IOException, InterruptedException {
        try {
            if (!runc.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
                throw new IOException("runc did not answer within " + PATIENCE_MINUTES + " min");
            }
            return runc.exitValue();
        } finally {
            runc.destroyForcibly();
        }
    }

    private static String tail(Path log) throws IOException {
        List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                .lines()
                .toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }
}
