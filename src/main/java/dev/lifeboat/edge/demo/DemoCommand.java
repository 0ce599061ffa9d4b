package dev.lifeboat.edge.demo;

import dev.lifeboat.edge.demo.DemoOptions.Leavings;
import dev.lifeboat.edge.demo.node.Shell.CommandFailed;
import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.commons.io.FileUtils;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `lifeboat demo`.
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Save a real process from a spot interruption, here and now.",
            "Starts a broker, an object store, the orchestrator, two nodes with an agent each, EC2's metadata service,"
                    + " a listener, and a process that checks its own memory; announces the interruption; kills the"
                    + " node when the window closes; and proves that the process goes on, whole, on the other node."
        },
        footer = {
            "",
            "Exit codes: 0 verified after the restore, 1 a part failed, 2 wrong usage, 3 this machine cannot,"
                    + " 4 not restored, 5 restored but broken.",
            "The keys of --json: docs/reference/demo-json.md."
        })
public final class DemoCommand implements Callable<Integer> {
    private static final int TAIL_LINES = 8;

    /// A Ctrl-C goes to all that runs here at once, and some of it is dead before we know.
    private static final Duration A_MOMENT = Duration.ofMillis(500);

    private final Witness.Feed feed;

    @Option(names = "--window", paramLabel = "TIME", description = "Notice to death (default: ${DEFAULT-VALUE}).")
    private String window = "30s";

    @Option(names = "--memory", paramLabel = "SIZE", description = "Of the process (default: ${DEFAULT-VALUE}).")
    private String memory = "256m";

    @Option(names = "--churn", paramLabel = "SHARE", description = "Of its memory changed per second (default: 0.02).")
    private double churn = 0.02;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there.")
    private @Nullable Path json;

    @Option(names = "--keep", description = "Leave state and logs behind.")
    private boolean keep;

    @Option(names = "--state", paramLabel = "DIR", description = "Parent of the state folder (default: /tmp).")
    private Path state = Path.of("/tmp");

    @Option(
            names = "--targets",
            paramLabel = "FILE",
            description = "Write where the parts answer Prometheus, for its file_sd_configs.")
    private @Nullable Path targets;

    @Option(
            names = "--linger",
            paramLabel = "TIME",
            description = "Stay up after the end, for who watches (default: ${DEFAULT-VALUE}).")
    private String linger = "0s";

    @Option(
            names = "--crash",
            paramLabel = "STATION",
            description = "SIGKILL the orchestrator there and start it again: ${COMPLETION-CANDIDATES}.")
    private @Nullable Step crash;

    public DemoCommand(Witness.Feed feed) {
        this.feed = feed;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        try {
            writable("--json", json);
            writable("--targets", targets);
            Leavings leavings = keep ? Leavings.EVERYTHING : Leavings.NOTHING;
            var watched = new DemoOptions.Watched(targets, DemoOptions.duration(linger));
            return run(new DemoOptions(
                            DemoOptions.duration(window),
                            ByteCount.parse(memory),
                            churn,
                            json,
                            leavings,
                            crash,
                            watched))
                    .code();
        } catch (IllegalArgumentException e) {
            System.err.println("lifeboat demo: " + e.getMessage());
            return Ending.USAGE.code();
        }
    }

    /// Known at once: figures that have nowhere to go at the end are lost.
    private static void writable(String option, @Nullable Path file) {
        if (file == null) {
            return;
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new IllegalArgumentException(
                    option + ": there is no folder " + folder + "; make it, or name another");
        }
    }

    private Ending run(DemoOptions options) throws IOException, InterruptedException {
        Screen screen = Screen.here();
        screen.say("lifeboat demo: " + options.memory() + " of memory, "
                + options.window().toSeconds() + " s of notice");
        Path home = Path.of(System.getProperty("launcher.home", "")).toAbsolutePath();
        Installation installation;
        try {
            installation = Installation.prepare(home);
        } catch (DemoFailed e) {
            screen.say("lifeboat demo: this machine cannot run it: " + e.getMessage());
            return e.ending();
        }
        screen.done("CRIU and an S3 server are there");
        Files.createDirectories(state);
        var stage = new Stage(Files.createTempDirectory(state, "lifeboat-demo-"));
        var over = new AtomicBoolean();
        var hook = new Thread(() -> cleanUp(options, stage, over), "clean-up");
        Runtime.getRuntime().addShutdownHook(hook);
        Ending ending;
        try {
            ending = play(options, screen, stage, installation);
        } catch (IOException | RuntimeException broken) {
            over.set(true);
            stage.close();
            throw broken;
        }
        if (over.getAndSet(true)) {
            return ending;
        }
        stage.close();
        if (ending == Ending.VERIFIED && options.leavings() == Leavings.NOTHING) {
            FileUtils.deleteDirectory(stage.folder().toFile());
        } else {
            screen.say("  state and logs: " + stage.folder());
        }
        return ending;
    }

    /// After a Ctrl-C nobody wants to read what it had come to.
    private static void cleanUp(DemoOptions options, Stage stage, AtomicBoolean over) {
        if (over.getAndSet(true)) {
            return;
        }
        System.err.println("\nlifeboat demo: interrupted; ending all that it has started");
        stage.close();
        if (options.leavings() == Leavings.NOTHING) {
            FileUtils.deleteQuietly(stage.folder().toFile());
        } else {
            System.err.println("  state and logs: " + stage.folder());
        }
    }

    private Ending play(DemoOptions options, Screen screen, Stage stage, Installation installation)
            throws IOException, InterruptedException {
        try {
            Demo.Outcome outcome = Demo.run(options, screen, stage, installation, feed);
            if (outcome.ending() == Ending.VERIFIED) {
                // Some seconds: before the verdict, so that nobody waits after it. Who lost reads logs first.
                stage.close();
            }
            screen.summary(outcome.figures(), outcome.timeline(), options);
            if (options.figures().isPresent()) {
                outcome.figures().write(options.figures().get());
            }
            screen.say("");
            screen.say("  " + outcome.ending() + ": " + outcome.ending().meaning());
            if (outcome.ending() != Ending.VERIFIED) {
                screen.say(stage.tails(TAIL_LINES));
            }
            return outcome.ending();
        } catch (DemoFailed e) {
            return failed(screen, stage, e.ending(), String.valueOf(e.getMessage()));
        } catch (CommandFailed | IllegalStateException e) {
            return failed(screen, stage, Ending.FAILED, String.valueOf(e.getMessage()));
        }
    }

    private static Ending failed(Screen screen, Stage stage, Ending ending, String why) throws IOException {
        if (stage.closes(A_MOMENT)) {
            return ending;
        }
        screen.settle();
        screen.say("");
        screen.say("  " + ending + ": " + why);
        screen.say(stage.tails(TAIL_LINES));
        return ending;
    }
}
