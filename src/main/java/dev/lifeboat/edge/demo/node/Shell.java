package dev.lifeboat.edge.demo.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs one short command of the system to its end.
public final class Shell {
    /// `ip`, `nsenter` and the like answer within milliseconds; one that does not is stuck.
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Shell() {}

    /// @return what it printed
    /// @throws CommandFailed with the command and what it said, when it exits non-zero or does not end
    public static String run(List<String> command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new CommandFailed(command, "did not end within " + PATIENCE.toSeconds() + " s");
            }
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.exitValue() != 0) {
                throw new CommandFailed(command, "exit " + process.exitValue() + ": " + said);
            }
            return said;
        } catch (IOException e) {
            throw new CommandFailed(command, String.valueOf(e.getMessage()));
        }
    }

    public static String run(String... command) throws InterruptedException {
        return run(List.of(command));
    }

    /// A command of the system failed; the message names it and what it said.
    public static final class CommandFailed extends RuntimeException {
        private static final long serialVersionUID = 1;

        CommandFailed(List<String> command, String why) {
            super(String.join(" ", command) + ": " + why);
        }
    }
}
