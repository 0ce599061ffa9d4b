package dev.lifeboat.policy;

import dev.lifeboat.quantity.ByteCount;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What conditions can ask about; names and types here are those of the CEL variables.
///
/// @param estimate null while there is no forecast: what asks for it cannot be decided
/// @param checkpoint null while nothing is known of the size
public record Facts(
        Workload workload,
        Pod pod,
        @Nullable Estimate estimate,
        Window window,
        @Nullable Checkpoint checkpoint,
        Metadata metadata) {

    /// @param kind of the owner, such as `StatefulSet`
    /// @param name of the owner
    /// @param runningFor time since the pod's containers started
    public record Workload(String kind, String name, String namespace, boolean ready, Duration runningFor) {}

    /// @param restarts of all its containers
    public record Pod(String name, int restarts, int containers) {}

    /// Time until the checkpoint is in the store, and how long the workload stands still at p95.
    public record Estimate(Duration p50, Duration p95, Duration p99, Duration frozen) {}

    /// @param usable left after all reserves
    /// @param total from the notice to the end
    /// @param trigger that set the policy to work
    public record Window(Duration usable, Duration total, Trigger trigger) {}

    /// @param size of what a full checkpoint sends
    /// @param age of the last durable checkpoint
    public record Checkpoint(ByteCount size, Duration age) {}

    /// The pod's own.
    public record Metadata(String name, String namespace, Map<String, String> labels, Map<String, String> annotations) {
        public Metadata {
            labels = Map.copyOf(labels);
            annotations = Map.copyOf(annotations);
        }
    }
}
