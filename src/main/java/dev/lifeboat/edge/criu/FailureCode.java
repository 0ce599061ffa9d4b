package dev.lifeboat.edge.criu;

import java.util.Locale;

/// Why a dump or a restore did not happen; the codes are stable.
public enum FailureCode {
    CRIU_NOT_STARTED("CRIU did not start or did not answer", "run `criu check` as root; see .ci/provision-criu"),
    CRIU_REFUSED("CRIU answered that it could not", "read the log's last lines"),
    CRIU_DIED("CRIU ended without an answer", "read the log's last lines; was it killed for its memory?"),
    SOURCE_GONE("there is no such process", "the workload has ended by itself"),
    NOT_IN_MEMORY("the metadata folder is not on tmpfs", "give the agent a folder on tmpfs, such as /dev/shm"),
    LIMIT_SPENT("the limit of the dump was spent", "the uplink or the store is too slow for this window"),
    SINK_FAILED("the pages could not be taken", "look for the store's own error, just before"),
    PEER_VIOLATED("the page stream was not CRIU's", "is a supported CRIU configured? report it with the log"),
    VERDICT_FAILED("the checkpoint could not be made durable", "look for the store's own error, just before"),
    PID_TAKEN("a process number of the tree is in use here", "restore on another node, or in a pid namespace"),
    MEMORY_REFUSED(
            "the rebuilt tree's memory did not take its pages", "read the detail; was the tree killed for its memory?"),
    NOT_ALLOWED("the restored tree was not let go", "another node runs the workload; nothing is to be done here"),
    PROCESSOR_DIFFERS("this machine's processor lacks what the dumped one had", "restore on another node"),
    NOT_LAZY("it cannot run before all its pages are there: it is a container", "nothing: it is restored whole"),
    PAGES_LOST(
            "a tree that ran before all its pages were there was killed, for they could not be brought any more",
            "nothing: it is restored again, whole; read the log if that happens often"),
    KUBELET_UNREACHABLE("the kubelet did not answer", "is its address right, and may the agent's network reach it?"),
    KUBELET_UNTRUSTED(
            "the kubelet's certificate is not the node's",
            "give the agent the authority that signs kubelets' certificates"),
    KUBELET_UNAUTHORIZED("the kubelet does not know the agent (401)", "does it accept service accounts' tokens?"),
    KUBELET_FORBIDDEN(
            "the kubelet does not let the agent (403)",
            "grant create nodes/checkpoint; kubelets before 1.33 may ask for nodes/proxy"),
    KUBELET_GATE_OFF(
            "the kubelet has no checkpoint interface (404)",
            "switch its feature gate ContainerCheckpoint on (1.30 and newer)"),
    KUBELET_KNOWS_NONE("the kubelet knows no such pod or container (404)", "it has ended, or is another node's"),
    RUNTIME_UNABLE(
            "the container runtime cannot checkpoint",
            "containerd 2.0 or newer, or CRI-O with enable_criu_support, and CRIU"),
    RUNTIME_FAILED("the container runtime failed to checkpoint", "read the runtime's log and CRIU's, on the node"),
    SOURCE_REPLACED("another container had taken the place of the one that was meant", "nothing was saved; try again"),
    ARCHIVE_TOO_LARGE("the archive might not fit on the node's disk", "a larger disk, or a larger bound for archives"),
    ARCHIVE_UNREADABLE(
            "the runtime's archive cannot be read", "is the kubelet's checkpoints folder mounted? read the detail"),
    POD_CHECKPOINT_UNREADABLE(
            "all that is left is the cluster's PodCheckpoint, and what a runtime writes for one is its own",
            "do what is said of the reason beside it; or an agent with privileges"),
    RESTORES_NOTHING("this agent saves only", "restores need an agent with privileges, on another node");

    private final String meaning;
    private final String remedy;

    FailureCode(String meaning, String remedy) {
        this.meaning = meaning;
        this.remedy = remedy;
    }

    /// As it appears in outcomes, events and metrics: `criu-died`.
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// What it is, for people.
    public String meaning() {
        return meaning;
    }

    String remedy() {
        return remedy;
    }
}
