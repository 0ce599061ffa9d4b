package dev.lifeboat.edge.criu;

import dev.lifeboat.Drawn;
import dev.lifeboat.Provided;
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

    /// Its path, where it can be had and runs.
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
            Provided.that(code == 0, "no CRIU " + this + " runs here; .ci/provision-criu ended with " + code);
            return Path.of(path);
        } catch (IOException | InterruptedException broken) {
            throw new AssertionError(broken);
        }
    }
}
