package dev.lifeboat.edge.launch.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.commons.io.FileUtils;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What benches have in common: folders that are gone afterwards, how they fail, and, for those of the cluster, the
/// options for their figures and aims.
final class Asked {
    private static final int EXIT_CANNOT_RUN = 1;
    private static final int EXIT_MISSED = 3;
    private static final String PREFIX = "lifeboat-bench";

    @Option(
            names = "--json",
            paramLabel = "FILE",
            arity = "0..1",
            fallbackValue = "-",
            description = "Write the figures here, or to the output: docs/reference/bench-${COMMAND-NAME}.md.")
    private @Nullable Path json;

    @Option(names = "--check", description = "Exit 3 and name the aim when one is missed.")
    private boolean check;

    /// What a bench does in folders that are gone afterwards.
    interface Body {
        int run(Path folder, Path second) throws IOException, InterruptedException;
    }

    /// @param name of the command, for what could not be done
    /// @param body gets a folder and the home of the installation
    static int inFolder(String name, PrintWriter err, Body body) throws InterruptedException {
        Path home = Path.of(System.getProperty("launcher.home", "."));
        return guarded(name, err, () -> {
            Path folder = Files.createTempDirectory(PREFIX);
            try {
                return body.run(folder, home);
            } finally {
                FileUtils.deleteDirectory(folder.toFile());
            }
        });
    }

    /// @param body gets a folder, and one in memory
    static int inFolders(String name, PrintWriter err, Body body) throws InterruptedException {
        return guarded(name, err, () -> {
            Path folder = Files.createTempDirectory(PREFIX);
            Path tmpfs = Files.createTempDirectory(Path.of("/dev/shm"), PREFIX);
            try {
                return body.run(folder, tmpfs);
            } finally {
                FileUtils.deleteDirectory(tmpfs.toFile());
                FileUtils.deleteDirectory(folder.toFile());
            }
        });
    }

    private interface Run {
        int run() throws IOException, InterruptedException;
    }

    private static int guarded(String name, PrintWriter err, Run run) throws InterruptedException {
        try {
            return run.run();
        } catch (IOException | IllegalArgumentException | IllegalStateException broken) {
            err.println("lifeboat bench " + name + ": " + broken.getMessage());
            err.flush();
            return EXIT_CANNOT_RUN;
        }
    }

    /// Writes the figures where they are wanted.
    ///
    /// @param aims whether each was met
    /// @return the exit code
    int conclude(PrintWriter out, Map<String, Object> figures, Map<String, Boolean> aims) throws IOException {
        if (json != null) {
            String text = new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(figures);
            if (json.toString().equals("-")) {
                out.println(text);
            } else {
                Files.writeString(json, text);
            }
        }
        if (check) {
            aims.forEach((aim, met) -> {
                if (!met) {
                    out.println("missed: " + aim);
                }
            });
        }
        out.flush();
        return check && aims.containsValue(false) ? EXIT_MISSED : 0;
    }
}
