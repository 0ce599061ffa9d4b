package dev.lifeboat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Drawn;
import dev.lifeboat.Provided;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The nodes that `.ci/cluster/nodes` starts: a kubelet, containerd and runc each, in namespaces of their own.
public final class Nodes implements AutoCloseable {
    /// What each of them has, and nothing else: busybox.
    public static final String IMAGE = "lifeboat.test/busybox:1";

    private static final String SCRIPT =
            Drawn.top().resolve(".ci/cluster/nodes").toString();

    private final String cluster;
    private final List<String> settings;
    private final List<String> names = new ArrayList<>();

    private Nodes(String cluster, List<String> settings) {
        this.cluster = cluster;
        this.settings = settings;
    }

    /// Ready when it returns, after about 2 s.
    public static Nodes start(String... names) throws IOException, InterruptedException {
        return startOf("trixie", names);
    }

    /// As nobody has prepared them: without `lifeboat-runc`, its handler and CRIU.
    public static Nodes startBare(String... names) throws IOException, InterruptedException {
        return start(List.of("LIFEBOAT_NODES_BARE=yes"), names);
    }

    /// Of another suite of Debian than its stable one: sid has containerd 2, whose kubelets can checkpoint.
    public static Nodes startOf(String suite, String... names) throws IOException, InterruptedException {
        return start(List.of("LIFEBOAT_NODES_SUITE=" + suite), names);
    }

    private static Nodes start(List<String> settings, String... names) throws IOException, InterruptedException {
        Provided.root();
        var nodes = new Nodes(ControlPlane.folder().toString(), settings);
        nodes.add(names);
        return nodes;
    }

    /// More of them.
    public void add(String... more) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("env"));
        command.addAll(settings);
        command.addAll(List.of(SCRIPT, "start", cluster));
        command.addAll(List.of(more));
        ControlPlane.call(command).well();
        names.addAll(List.of(more));
    }

    /// Gives them all an image, which they have nowhere to pull from.
    ///
    /// @param archive an OCI layout in a tar
    public void image(String name, Path archive) throws IOException, InterruptedException {
        ControlPlane.call(List.of(SCRIPT, "image", cluster, name, archive.toString()))
                .well();
    }

    /// This machine's address, as nodes and pods see it.
    public String host() throws IOException {
        return Files.readString(Path.of(cluster, "nodes", "host")).strip();
    }

    /// Where each node has its `kubelet.log` and `containerd.log`; the node sees it under the same path.
    public Path folder(String name) {
        return Path.of(cluster, "nodes", name);
    }

    /// Of the node's first process, as this machine counts: all others there end with it.
    public long pid(String name) throws IOException {
        return Long.parseLong(Files.readString(folder(name).resolve("pid")).strip());
    }

    /// As others see it.
    public String address(String name) throws IOException {
        return Files.readString(folder(name).resolve("address")).strip();
    }

    /// What goes before a command to run it in all of a node's namespaces.
    public List<String> entering(String name) {
        return List.of(SCRIPT, "enter", cluster, name);
    }

    /// Runs a command in all of a node's namespaces.
    public ControlPlane.Said enter(String name, String... command) throws IOException, InterruptedException {
        var whole = new ArrayList<>(entering(name));
        whole.addAll(List.of(command));
        return ControlPlane.call(whole);
    }

    /// As a cloud takes a machine: nothing there does anything any more.
    public void powerOff(String name) throws Exception {
        var first = ProcessHandle.of(pid(name)).orElseThrow();
        assertThat(first.destroyForcibly()).isTrue();
        first.onExit().get(2, TimeUnit.MINUTES);
    }

    @Override
    public void close() throws IOException {
        try {
            ControlPlane.call(List.of(SCRIPT, "stop", cluster)).well();
            var forget = new ArrayList<>(List.of("delete", "node", "--ignore-not-found"));
            forget.addAll(names);
            ControlPlane.run("kubectl", forget.toArray(String[]::new)).well();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the nodes were being stopped", e);
        }
    }
}
