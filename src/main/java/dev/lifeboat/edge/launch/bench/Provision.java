package dev.lifeboat.edge.launch.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Runs the checkout's provisioning scripts.
final class Provision {
    private Provision() {}

    /// @return a CRIU that works here
    static Path criu(Path scripts) throws IOException, InterruptedException {
        return Path.of(output(scripts.resolve("provision-criu")));
    }

    /// What the script prints; what it says on its way goes to our standard error.
    static String output(Path script) throws IOException, InterruptedException {
        var process = new ProcessBuilder(script.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        int code = process.waitFor();
        if (code != 0) {
            throw new IOException(script + " failed with " + code + "; it said why above");
        }
        return said;
    }
}
