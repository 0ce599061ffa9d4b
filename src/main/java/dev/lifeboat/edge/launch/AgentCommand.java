package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.objectstore.StoreOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `lifeboat agent`: what is not given here may stand in the environment, see [AgentSettings].
@Command(
        name = "agent",
        mixinStandardHelpOptions = true,
        description = "Saves and restores what runs on one node, as the orchestrator orders.",
        footer = {
            "",
            "Needs root, and a CRIU that passes `criu check`; with --kubelet, a pod's rights in the cluster.",
            "Store credentials come from the AWS SDK's usual places.",
            "Meters at /q/metrics, health at /q/health: ready once its first heartbeat is in Kafka.",
            "Ends on SIGTERM; the workloads run on.",
            "Exit codes: 0 ended, 1 could not start, 2 wrong usage."
        })
final class AgentCommand implements Callable<Integer> {
    private static final String ROLE = "agent";

    @Mixin
    private NodeOptions shared = new NodeOptions();

    @Mixin
    private StoreOptions store = new StoreOptions();

    @Option(names = "--criu", paramLabel = "FILE", description = "The CRIU to use (default /usr/sbin/criu).")
    private @Nullable Path criu;

    @Option(
            names = "--kubelet",
            paramLabel = "URL",
            description = {
                "Save this node's pods through its kubelet, such as https://10.0.1.7:10250, and restore nothing:",
                "for nodes where nothing privileged may run. Needs neither CRIU nor capabilities."
            })
    private @Nullable URI kubelet;

    @Option(
            names = "--kubelet-authority",
            paramLabel = "FILE",
            description = "What has signed the kubelet's certificate (default: the pod's ca.crt).")
    private @Nullable Path kubeletAuthority;

    @Option(names = "--runc", paramLabel = "FILE", description = "runc, where workloads are containers.")
    private @Nullable Path runc;

    @Option(
            names = "--pods",
            description = {
                "The workloads are this node's pods with the label lifeboat.dev/protect=true.",
                "Needs a kubeconfig or a pod's own rights, and lifeboat-runc as the handler of a RuntimeClass."
            })
    private boolean pods;

    @Option(
            names = "--runtime-state",
            paramLabel = "DIR",
            description = "Where the container runtime keeps runc's state (default /run/containerd/runc/k8s.io).")
    private @Nullable Path runtimeState;

    @Option(
            names = "--restores",
            paramLabel = "DIR",
            description = "On tmpfs, shared with lifeboat-runc (default /run/lifeboat/restores).")
    private @Nullable Path restores;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "Where the agent remembers what runs here (default /var/lib/lifeboat).")
    private @Nullable Path state;

    @Option(
            names = "--spool",
            paramLabel = "FILE",
            description = "The spool of this node's listener (default /var/lib/lifeboat/listener.spool).")
    private @Nullable Path spool;

    @Option(
            names = "--workloads",
            paramLabel = "DIR",
            description = "The workloads' folders, the same path on every node (default /run/lifeboat/workloads).")
    private @Nullable Path workloads;

    @Option(names = "--scratch", paramLabel = "DIR", description = "A folder on tmpfs (default /dev/shm/lifeboat).")
    private @Nullable Path scratch;

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = "The machine's zone, such as eu-central-1a (default: with --pods, by the node's labels).")
    private @Nullable String zone;

    @Option(
            names = "--instance-type",
            paramLabel = "TYPE",
            description = "The machine's type, such as m6i.4xlarge (default: likewise).")
    private @Nullable String instanceType;

    @Option(
            names = "--capacity",
            paramLabel = "KIND",
            description =
                    "On what terms the machine runs: on-demand, spot or reserved (default:" + " likewise, else spot).")
    private @Nullable String capacity;

    @Option(
            names = "--lazy",
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "BOOLEAN",
            description = "Let workloads whose policy says restore.lazy run again before their pages are there; they"
                    + " come on demand (default false).")
    private @Nullable Boolean lazy;

    @Option(
            names = "--start",
            paramLabel = "FILE",
            description = "A workload file to start, unless it runs already; may be repeated.")
    private List<Path> start = new ArrayList<>();

    @Override
    public Integer call() {
        shared.set(ROLE);
        store.tell(AgentCommand::set);
        set("criu", criu);
        set("runc", runc);
        set("kubelet.address", kubelet);
        set("kubelet.authority", kubeletAuthority);
        set("pods.enabled", pods ? "true" : null);
        set("pods.runtime-state", runtimeState);
        set("pods.restores", restores);
        set("state", state);
        set("spool", spool);
        set("workloads", workloads);
        set("scratch", scratch);
        set("machine.zone", zone);
        set("machine.instance-type", instanceType);
        set("machine.capacity", capacity);
        set("lazy", lazy);
        set("start", start.isEmpty() ? null : start.stream().map(Path::toString).collect(Collectors.joining(",")));
        return new Roles.Told<>("lifeboat agent", AgentSettings.class, AgentRole::check).run(AgentRole.class);
    }

    private static void set(String key, @Nullable Object value) {
        NodeOptions.set(ROLE, key, value);
    }
}
