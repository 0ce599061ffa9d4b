package dev.lifeboat.edge.criu.runc;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// Port: the cluster, as the agent of one node needs it for the pods whose containers it saves and brings back.
public interface Pods {
    /// Whose container it is; empty for containers that are none of ours.
    ///
    /// @param container its id in the runtime
    Optional<PodIdentity> of(String container);

    /// The other containers of its pod, by their ids: names. They run on while it is saved, and start afresh where it
    /// goes on.
    Map<String, String> beside(String container);

    /// Has the pod deleted, and no other of its name. Asks again for as long as `left` while the
    /// cluster does not answer; goes on asking behind the caller's back after that.
    void delete(PodIdentity pod, Duration left) throws InterruptedException;

    /// Sends the pod that waits for this checkpoint to this node, and waits for one to come.
    ///
    /// @param restore the name under which the runtime's wrapper finds the checkpoint
    /// @return whose it has become
    /// @throws IOException when none has come within `left`
    PodIdentity land(PodIdentity saved, String restore, Duration left) throws IOException, InterruptedException;

    /// It runs from now on: nothing is left for a container that is created in it later.
    void landed(PodIdentity pod);
}
