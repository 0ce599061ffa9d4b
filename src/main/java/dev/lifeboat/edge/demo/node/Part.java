package dev.lifeboat.edge.demo.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// One process of the demo, with its own log.
///
/// @param name such as `agent node-a`
/// @param log its standard output and error
public record Part(String name, Process process, Path log) {
    /// The kernel kills what runs behind this prefix when the thread that started it ends, whatever way we end: start
    /// parts from a thread that lives as long as they shall.
    static final List<String> TIED_TO_US = List.of("setpriv", "--pdeathsig", "KILL", "--");

    /// Long enough for a broker to close its log.
    private static final long STOP_SECONDS = 10;

    /// @param environment added to ours
    public static Part start(String name, List<String> command, Path log, Map<String, String> environment)
            throws IOException {
        var whole = new ArrayList<>(TIED_TO_US);
        whole.addAll(command);
        var builder = new ProcessBuilder(whole).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        return new Part(name, process, log);
    }

    /// The end of its log, for somebody who has to find out what went wrong.
    public String tail(int lines) throws IOException {
        List<String> all = Files.exists(log) ? Files.readString(log).lines().toList() : List.of();
        return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
    }

    /// SIGTERM, and SIGKILL for what does not heed it.
    public void stop() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException _) {
            kill();
            Thread.currentThread().interrupt();
        }
    }

    public void kill() {
        process.destroyForcibly();
    }
}
