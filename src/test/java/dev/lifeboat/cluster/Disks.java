package dev.lifeboat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Provided;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/// Disks of [Nodes] of which each is attached to one node at a time, as a cloud's are: Kubernetes' own controllers,
/// attacher and kubelets, and a driver that refuses what a disk would not let happen (`.ci/cluster/csi`).
final class Disks implements AutoCloseable {
    private static final String DRIVER = "disk.lifeboat.test";

    private final Nodes nodes;
    private final Path folder;
    private final Path programs;
    private final SharedIndexInformer<VolumeAttachment> watch;
    private final List<Process> parts = new ArrayList<>();

    /// What had two attachments at once.
    private final List<String> twice = new CopyOnWriteArrayList<>();

    private Disks(Nodes nodes, Path folder, Path programs, KubernetesClient client) {
        this.nodes = nodes;
        this.folder = folder;
        this.programs = programs;
        this.watch = client.storage().v1().volumeAttachments().inform(new Attachments());
    }

    /// Without a node yet.
    ///
    /// @param folder for what the parts say
    static Disks start(Nodes nodes, Path folder, KubernetesClient client) throws Exception {
        var disks = new Disks(nodes, folder, Path.of(Provided.by("provision-csi")), client);
        Path socket = folder.resolve("csi.sock");
        Files.createDirectories(shared());
        disks.start("csi", List.of(disks.program("csi-disk"), shared().toString(), socket.toString()));
        disks.start(
                "csi-attacher",
                List.of(
                        disks.program("csi-attacher"),
                        "--csi-address=" + socket,
                        "--kubeconfig=" + ControlPlane.folder().resolve("admin.kubeconfig")));
        return disks;
    }

    private String program(String name) {
        return programs.resolve(name).toString();
    }

    /// More nodes, whose pods can have them when it returns.
    void join(String... more) throws Exception {
        for (String node : more) {
            join(node);
        }
    }

    private void join(String node) throws Exception {
        var command = new ArrayList<>(nodes.entering(node));
        command.addAll(
                List.of(program("csi-disk"), "/srv/disks", "/var/lib/kubelet/plugins_registry/csi-disk.sock", node));
        start("csi-" + node, command);
        ControlPlane.awaitThat(
                () -> ControlPlane.run("kubectl", "get", "csinode", node, "-o", "jsonpath={.spec.drivers[*].name}")
                        .words()
                        .contains(DRIVER));
    }

    /// Ends a StatefulSet's pod, and leaves its volume neither mounted nor attached. Were the set deleted first,
    /// the pod would be given its own time to end, which its kubelet cuts no shorter afterwards.
    ///
    /// @param name of the set, its volume and its label
    static void release(String name) throws IOException, InterruptedException {
        delete("statefulset/" + name, "--cascade=orphan");
        delete("pods,persistentvolumeclaims,controllerrevisions", "-l", "app=" + name, "--grace-period=1");
        // The attacher holds on to what is attached.
        delete("persistentvolume/" + name);
    }

    private static void delete(String... what) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("delete", "--ignore-not-found", "--timeout=2m"));
        command.addAll(List.of(what));
        ControlPlane.run("kubectl", command.toArray(String[]::new)).well();
    }

    /// That a disk was brought to a node, and on its way was nowhere twice: what its driver refuses, nobody ever tried.
    void broughtTo(String node, String disk) throws IOException {
        List<String> calls = calls(disk);
        assertThat(calls).noneMatch(call -> call.startsWith("refused-"));
        assertThat(calls).endsWith("attach " + disk + " " + node, "mount " + disk + " " + node);
        assertThat(twice).isEmpty();
    }

    /// What was done with a disk, oldest first, such as `attach DISK NODE`.
    private List<String> calls(String disk) throws IOException {
        return Files.readAllLines(shared().resolve("calls")).stream()
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .filter(call -> call.contains(" " + disk + " "))
                .toList();
    }

    /// As this machine sees it.
    private static Path shared() {
        return ControlPlane.folder().resolve("shared/disks");
    }

    private void start(String name, List<String> command) throws IOException {
        parts.add(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile())
                .start());
    }

    @Override
    public void close() {
        // What runs in a node ends with it.
        parts.forEach(Process::destroyForcibly);
        watch.close();
    }

    /// Whether the API server ever has two for one volume.
    private final class Attachments implements ResourceEventHandler<VolumeAttachment> {
        private final Map<String, String> nodes = new HashMap<>();

        @Override
        public synchronized void onAdd(VolumeAttachment made) {
            String volume = made.getSpec().getSource().getPersistentVolumeName();
            String before = nodes.put(volume, made.getSpec().getNodeName());
            if (before != null) {
                twice.add(volume + " at " + before + " and " + made.getSpec().getNodeName());
            }
        }

        @Override
        public void onUpdate(VolumeAttachment before, VolumeAttachment after) {
            // It stays where it is.
        }

        @Override
        public synchronized void onDelete(VolumeAttachment gone, boolean unseen) {
            nodes.remove(gone.getSpec().getSource().getPersistentVolumeName());
        }
    }
}
