package dev.lifeboat.edge.demo;

import dev.lifeboat.edge.demo.node.Shell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What the demo finds on this machine, and what it gets for itself.
///
/// @param home of Lifeboat: where `lifeboat` and `.ci` are
/// @param runner the packaged application
/// @param criu one that works here
/// @param s3ClassPath of the S3 server
record Installation(Path home, Path runner, Path criu, String s3ClassPath) {
    private static final List<String> TOOLS = List.of("unshare", "nsenter", "setpriv", "setsid", "mount", "ip", "bash");

    /// Fetches what is missing; its progress goes to standard error.
    ///
    /// @throws DemoFailed saying what this machine lacks
    static Installation prepare(Path home) throws InterruptedException {
        if (!Shell.run("id", "-u").equals("0")) {
            throw unable("checkpoints of processes need root: run it with sudo");
        }
        List<String> missing = TOOLS.stream().filter(tool -> !onPath(tool)).toList();
        if (!missing.isEmpty()) {
            throw unable("missing " + String.join(", ", missing) + ": apt-get install util-linux iproute2 bash");
        }
        namespaces();
        Path runner = home.resolve("target/quarkus-app/quarkus-run.jar");
        if (!Files.exists(runner)) {
            throw unable("no " + runner + ": start the demo as ./lifeboat demo, which builds it");
        }
        return new Installation(
                home, runner, Path.of(provision(home, "provision-criu")), provision(home, "provision-s3"));
    }

    /// Runs one of our commands in a process of its own.
    List<String> lifeboat(int heapMebibytes, String... arguments) {
        List<String> command = java(heapMebibytes);
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dlauncher.home=" + home,
                "-jar",
                runner.toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /// The Java that runs us, kept small: the parts share one machine.
    List<String> java(int heapMebibytes) {
        return new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Xmx" + heapMebibytes + "m"));
    }

    /// The jar with the victim in it.
    String victimClassPath() {
        try (var jars = Files.list(runner.resolveSibling("app"))) {
            return jars.filter(jar -> jar.toString().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow()
                    .toString();
        } catch (IOException e) {
            throw unable("the build at " + runner.getParent() + " is not whole: rm -r target, then run it again");
        }
    }

    private static void namespaces() throws InterruptedException {
        try {
            Shell.run("unshare", "--mount", "--net", "--pid", "--fork", "--mount-proc", "true");
        } catch (Shell.CommandFailed e) {
            throw unable("this machine lets us make no namespaces, and two nodes are two sets of them ("
                    + e.getMessage() + "): run it in a virtual machine or a privileged container");
        }
    }

    private static String provision(Path home, String script) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(
                            home.resolve(".ci").resolve(script).toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0) {
                throw unable(script + " says above what is missing");
            }
            return said;
        } catch (IOException e) {
            throw unable("cannot run .ci/" + script + ": " + e.getMessage());
        }
    }

    private static boolean onPath(String tool) {
        String path = System.getenv().getOrDefault("PATH", "");
        return List.of(path.split(":", -1)).stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder).resolve(tool)));
    }

    private static DemoFailed unable(String why) {
        return new DemoFailed(Ending.UNABLE, why);
    }
}
