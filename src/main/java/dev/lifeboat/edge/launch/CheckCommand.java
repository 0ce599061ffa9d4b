package dev.lifeboat.edge.launch;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.edge.criu.CriuCheckpointer;
import dev.lifeboat.edge.linux.SocketProtocol;
import dev.lifeboat.edge.preflight.Engine;
import dev.lifeboat.edge.preflight.Finding;
import dev.lifeboat.edge.preflight.Hit;
import dev.lifeboat.edge.preflight.NodeSurvey;
import dev.lifeboat.edge.preflight.ProcessSurvey;
import dev.lifeboat.workload.Obstacle;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `lifeboat check`: what this node can do, and what keeps a workload from being saved.
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Looks this node over, and the processes named, for what a checkpoint will meet.",
        footer = {
            "",
            "  sudo lifeboat check",
            "  sudo lifeboat check --pid 4711 --pid 4712",
            "",
            "Touches nothing. Exit codes: 0 saves can be made, 1 something needed is missing",
            "or a process cannot be saved (the remedy stands beside it), 2 wrong usage."
        })
final class CheckCommand implements Callable<Integer> {
    private static final JsonMapper JSON =
            JsonMapper.builder().addMixIn(Obstacle.class, ByCode.class).build();
    private static final int FINE = 0;
    private static final int NOT_SAFE = 1;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--criu",
            paramLabel = "FILE",
            description = "The CRIU to ask; without it the PATH's, else the one that provision-criu has made.")
    private @Nullable Path criu;

    @Option(
            names = "--scratch",
            paramLabel = "FOLDER",
            defaultValue = "/dev/shm",
            description = "Where the agent is to put metadata (default ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private Path scratch;

    @Option(names = "--pid", paramLabel = "PID", description = "The root of a process tree; may be given often.")
    private List<Long> pids = new ArrayList<>();

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    /// How obstacles appear in reports.
    private interface ByCode {
        @JsonValue
        String code();
    }

    /// One process tree that was asked about.
    ///
    /// @param pid of its root
    /// @param hits every obstacle in it
    record Tree(long pid, boolean savable, List<Hit> hits) {}

    /// All that is printed.
    record Checkup(boolean able, List<Finding> node, List<Tree> processes) {}

    @Override
    public Integer call() throws JsonProcessingException {
        List<Tree> trees = pids.stream().map(this::tree).toList();
        List<Finding> findings = new NodeSurvey(Path.of("/"), scratch).look(engine());
        boolean able =
                findings.stream().noneMatch(Finding::blocks) && trees.stream().allMatch(Tree::savable);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(new Checkup(able, findings, trees)));
        } else {
            findings.forEach(each -> print(out, each));
            trees.forEach(each -> print(out, each));
        }
        out.flush();
        return able ? FINE : NOT_SAFE;
    }

    private Tree tree(long pid) {
        List<Hit> hits = ProcessSurvey.look(pid, SocketProtocol::of)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "there is no process " + pid + "; --pid takes one of: ps -e"));
        boolean savable = hits.stream().noneMatch(hit -> hit.obstacle().effect() == Obstacle.Effect.BLOCKS);
        return new Tree(pid, savable, hits);
    }

    private Engine engine() {
        Path logs = null;
        try {
            logs = Files.createTempDirectory("lifeboat-check-");
            var engine = new CriuCheckpointer(executable(), new CriuOnLinux(), logs);
            CriuCheckpointer.Features features = engine.features();
            return new Engine.Answers(engine.version().toString(), features.tracksMemory(), features.lazyPages());
        } catch (IOException silent) {
            return new Engine.Silent(
                    String.valueOf(silent.getMessage()).lines().findFirst().orElse("no answer"));
        } finally {
            delete(logs);
        }
    }

    /// What was given, what the launcher's own script has made, or the PATH's.
    private Path executable() throws IOException {
        if (criu != null) {
            return criu.toAbsolutePath();
        }
        Stream<Path> made = Stream.of("criu-trixie", "criu-sid")
                .map(name -> Path.of(System.getProperty("user.home"), ".cache", "lifeboat", name, "criu"));
        Stream<Path> found = Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .map(folder -> Path.of(folder, "criu"));
        return Stream.concat(found, made)
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IOException("no criu on the PATH or in the cache"));
    }

    private static void print(PrintWriter out, Finding finding) {
        String mark = finding.fine() ? "yes" : finding.blocks() ? "NO " : "no ";
        out.printf("%s  %-15s %s%n", mark, finding.capability().code(), finding.found());
        if (!finding.fine()) {
            out.printf("     %-15s for: %s%n", "", finding.capability().purpose());
            out.printf("     %-15s do:  %s%n", "", finding.remedy());
        }
    }

    private static void print(PrintWriter out, Tree tree) {
        out.printf(
                "%n%s  pid %d %s%n",
                tree.savable() ? "yes" : "NO ", tree.pid(), tree.savable() ? "can be saved" : "cannot be saved");
        for (Hit hit : tree.hits()) {
            Obstacle obstacle = hit.obstacle();
            out.printf("     %-15s pid %d: %s (%s)%n", obstacle.code(), hit.pid(), hit.seen(), obstacle.meaning());
            out.printf("     %-15s do:  %s%n", "", obstacle.remedy());
        }
    }

    private static void delete(@Nullable Path folder) {
        if (folder == null) {
            return;
        }
        try {
            FileUtils.deleteDirectory(folder.toFile());
        } catch (IOException left) {
            System.err.println("lifeboat check: could not remove " + folder + ": " + left.getMessage());
        }
    }
}
