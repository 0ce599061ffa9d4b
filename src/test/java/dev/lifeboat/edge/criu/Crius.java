package dev.lifeboat.edge.criu;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.lifeboat.Drawn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The CRIUs that this machine can run, by the suite of Debian that they come from.
public enum Crius {
    /// The host's own where it works, else 4.1.
    DEFAULT,
    /// 4.2 or newer.
    SID;

    /// Its path; skips the test, loudly, where it cannot be had or cannot run.
    public Path path() {
        var command = new ArrayList<String>(
                List.of(Drawn.top().resolve(".ci/provision-criu").toString()));
        if (this == SID) {
            command.add("sid");
        }
        try {
            var process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String path = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            int code = process.waitFor();
            if (code != 0) {
                String why = "SKIPPED: no CRIU " + this + " runs here; provision-criu ended with " + code;
                System.err.println(why);
                return abort(why);
            }
            return Path.of(path);
        } catch (IOException | InterruptedException broken) {
            throw new AssertionError(broken);
        }
    }
}
