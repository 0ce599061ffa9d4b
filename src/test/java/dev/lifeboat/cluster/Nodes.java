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
    private final List<String> names;

    private Nodes(String cluster, List<String> names) {
        this.cluster = cluster;
        this.names = names;
    }

    /// Ready when it returns, after about 2 s.
    public static Nodes start(String... names) throws IOException, InterruptedException {
        return startOf("trixie", names);
    }

    /// Of another suite of Debian than its stable one: sid has containerd 2, whose kubelets can checkpoint.
    public static Nodes startOf(String suite, String... names) throws IOException, InterruptedException {
        Provided.root();
        var nodes = new Nodes(ControlPlane.folder().toString(), List.of(names));
        var command = new ArrayList<>(List.of("env", "LIFEBOAT_NODES_SUITE=" + suite, SCRIPT, "start", nodes.cluster));
        command.addAll(nodes.names);
        ControlPlane.call(command).well();
        return nodes;
    }

    /// Where each node has its `kubelet.log` and `containerd.log`; the node sees it under the same path.
    public Path folder(String name) {
        return Path.of(cluster, "nodes", name);
    }

    /// Of the node's first process, as this machine counts: all others there end with it.
    public long pid(String name) throws IOException {
        return Long.parseLong(Files.readString(folder(name).resolve("pid")).strip());
    }

    /// Runs a command in all of a node's namespaces.
    public ControlPlane.Said enter(String name, String... command) throws IOException, InterruptedException {
        var whole = new ArrayList<>(List.of(SCRIPT, "enter", cluster, name));
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
