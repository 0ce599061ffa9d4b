package dev.lifeboat.plan;

import dev.lifeboat.notice.GraceWindow;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.policy.Policies;
import dev.lifeboat.policy.Trigger;
import dev.lifeboat.quantity.ByteRate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is to become of the workloads on one doomed node? Asked by the orchestrator of a real node and by
/// what-if of a supposed one, in these same words.
///
/// @param home the doomed node
/// @param warning that it has
/// @param offers every other node of the cluster
/// @param reclaims what the cloud took lately, anywhere
public record Question(
        Home home,
        Warning warning,
        Instant now,
        List<Tenant> tenants,
        List<CapacityOffer> offers,
        List<Reclaim> reclaims,
        Policies policies) {
    /// Kept back from every window: what the clock of the cloud and ours may differ by, and the kill of the tree.
    public static final Duration MARGIN = Duration.ofSeconds(1);

    public Question {
        tenants = List.copyOf(tenants);
        offers = List.copyOf(offers);
        reclaims = List.copyOf(reclaims);
    }

    /// @param host null where its agent has not published it
    /// @param uplink what the estimates assume
    public record Home(NodeName node, String zone, @Nullable HostFacts host, ByteRate uplink) {}

    /// @param total from the notice to the end
    public record Warning(Trigger trigger, GraceWindow window, Duration total) {}
}
