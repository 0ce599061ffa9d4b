package dev.lifeboat.edge.containerd;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `lifeboat prepare-node`: what the chart runs on every node before its agent, where `pods.install.enabled` says so.
@Command(
        name = "prepare-node",
        mixinStandardHelpOptions = true,
        description = {
            "Gives a node lifeboat-runc, CRIU and the handler of containerd's by which pods are restored.",
            "The programs go into a folder of their own, the handler into containerd's settings. Restarts containerd"
                    + " when its settings have changed; containers run on meanwhile. Run again it changes nothing."
        },
        footer = {
            "",
            "  lifeboat prepare-node --root=/node",
            "",
            "Meant for an init container of the chart: the image's own files are copied, so it is of no use outside the"
                    + " image. Needs root and the node's process namespace (hostPID).",
            "Exit codes: 0 the node is ready, 1 it cannot be made so, 2 wrong usage."
        })
public final class PrepareNodeCommand implements Callable<Integer> {
    private static final int READY = 0;
    private static final int NOT_READY = 1;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--root",
            paramLabel = "DIR",
            defaultValue = "/",
            description = "Where the node's root file system is to be seen (default ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private Path root;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            defaultValue = "/opt/lifeboat",
            description =
                    "On the node, for programs; its file system must allow them to run (default ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Option(
            names = "--settings",
            paramLabel = "FILE",
            defaultValue = "/etc/containerd/config.toml",
            description = "containerd's settings, on the node (default ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private Path settings;

    @Option(
            names = "--handler",
            paramLabel = "NAME",
            defaultValue = "lifeboat",
            description = "Under which the RuntimeClass finds it (default ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private String handler;

    @Option(
            names = "--criu",
            paramLabel = "FILE",
            defaultValue = "/usr/sbin/criu",
            description = "The CRIU to copy, the agent's own (default ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private Path criu;

    @Option(
            names = "--wrapper",
            paramLabel = "FILE",
            defaultValue = "/opt/lifeboat/node/lifeboat-runc",
            description = "The lifeboat-runc to copy (default ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private Path wrapper;

    @Override
    public Integer call() throws InterruptedException {
        check();
        PrintWriter out = spec.commandLine().getOut();
        try {
            var files = new NodeFiles(root, folder);
            files.alone(wrapper);
            files.withLibraries(criu);
            out.println("lifeboat-runc and CRIU are in " + folder.resolve("bin"));
            out.println(settle(files));
            return READY;
        } catch (IOException | IllegalArgumentException why) {
            spec.commandLine().getErr().println("lifeboat prepare-node: " + why.getMessage());
            return NOT_READY;
        }
    }

    /// Before anything of the node's is touched.
    private void check() {
        for (Path each : List.of(folder, settings)) {
            wrong(!each.isAbsolute(), "--folder and --settings are paths on the node from its root on, not " + each);
        }
        wrong(!Files.isDirectory(root), "there is no folder " + root + "; --root says where the node's root is seen");
        for (Path each : List.of(wrapper, criu)) {
            wrong(!Files.isRegularFile(each), "there is no " + each + "; it is in the image that .ci/image builds");
        }
    }

    private void wrong(boolean is, String what) {
        if (is) {
            throw new ParameterException(spec.commandLine(), what);
        }
    }

    private String settle(NodeFiles files) throws IOException, InterruptedException {
        Path here = files.here(settings);
        var found = new HandlerSettings(Files.exists(here) ? Files.readString(here) : "");
        var wanted = found.with(handler, files.program("lifeboat-runc"));
        boolean changed = files.write(settings, wanted.text());
        var containerd = Containerd.running()
                .orElseThrow(() -> new IOException("no containerd runs here: is this the node's process namespace?"));
        if (!changed && !containerd.isOlderThan(Files.getLastModifiedTime(here).toInstant())) {
            return "containerd has the handler " + handler + " already";
        }
        containerd.restart();
        return "containerd was restarted, and has the handler " + handler + " by " + settings;
    }
}
