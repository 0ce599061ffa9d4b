package dev.lifeboat;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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

    /// What a script below `.ci` prints; what it says on its way goes to standard error.
    ///
    /// @param command its name, and its arguments
    public static String by(String... command) throws IOException, InterruptedException {
        var words = new ArrayList<>(List.of(command));
        words.set(0, Drawn.top().resolve(".ci").resolve(command[0]).toString());
        Process script = new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        that(script.waitFor() == 0, words + " failed; it says why above");
        return said;
    }

    /// The packaged program.
    public static Path runner() {
        Path runner = Drawn.top().resolve("target/quarkus-app/quarkus-run.jar");
        that(Files.exists(runner), "not packaged: ./lifeboat test packages first");
        return runner;
    }
}
