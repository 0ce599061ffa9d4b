package dev.lifeboat.agent;

import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.workload.Condition;
import dev.lifeboat.workload.WorkloadId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What runs on this node. Survives a restart of the agent.
public interface Workloads {
    List<Evacuee> running();

    /// The workload if its tree is alive.
    Optional<Evacuee> find(WorkloadId id);

    /// What is known of it beyond what it is, background rounds aside.
    default Condition condition(Evacuee evacuee) {
        return Condition.unknown(evacuee.workload().id());
    }

    /// Where the workload keeps the files that travel with it; the same path on every node, for processes hold paths.
    Path folder(WorkloadId id);

    /// A restored tree belongs to this node now.
    void adopt(WorkloadId id, long pid, CheckpointId from);

    /// Asks the workload to end by itself (SIGTERM to its root); returns at once. Nothing to do where it does not run.
    void tell(WorkloadId id);

    /// Kills the whole tree with SIGKILL and waits until it is gone; nothing to do where it does not run.
    void kill(WorkloadId id) throws InterruptedException;
}
