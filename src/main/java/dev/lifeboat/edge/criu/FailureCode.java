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
    NOT_ALLOWED("the restored tree was not let go", "another node runs the workload; nothing is to be done here"),
    RESTORED_BUT_GONE("the tree was restored and ended at once", "read the workload's own log");

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

    String meaning() {
        return meaning;
    }

    String remedy() {
        return remedy;
    }
}
