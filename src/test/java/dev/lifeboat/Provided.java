package dev.lifeboat;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;

/// What a test needs and CI has: without it a test fails there, and is skipped, loudly, on anybody's own machine.
public final class Provided {
    private static final boolean CI = System.getenv("CI") != null;

    private Provided() {}

    /// @param why what is missing, and how to get it
    public static void that(boolean there, String why) {
        if (there) {
            return;
        }
        if (CI) {
            fail(why);
        }
        System.err.println("==== SKIPPED: " + why + " ====");
        abort(why);
    }

    public static void root() {
        that("root".equals(System.getProperty("user.name")), "checkpoints and namespaces need root");
    }

    /// The packaged program.
    public static Path runner() {
        Path runner = Drawn.top().resolve("target/quarkus-app/quarkus-run.jar");
        that(Files.exists(runner), "not packaged: ./lifeboat test packages first");
        return runner;
    }
}
