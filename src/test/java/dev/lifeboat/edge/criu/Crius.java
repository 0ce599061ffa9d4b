package dev.lifeboat.edge.criu;

import dev.lifeboat.Provided;
import java.io.IOException;
import java.nio.file.Path;

/// The CRIUs that this machine can run, by the suite of Debian that they come from.
public enum Crius {
    /// The host's own where it works, else 4.1.
    DEFAULT,
    /// 4.2 or newer.
    SID;

    /// Its path, where it can be had and runs.
    public Path path() {
        try {
            return Path.of(
                    switch (this) {
                        case DEFAULT -> Provided.by("provision-criu");
                        case SID -> Provided.by("provision-criu", "sid");
                    });
        } catch (IOException | InterruptedException broken) {
            throw new AssertionError(broken);
        }
    }
}
