package dev.lifeboat.plan;

import dev.lifeboat.notice.GraceWindow;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteRate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// All that a plan for one doomed node is drawn from. The same situation gives the same plan, always.
///
/// @param uplink what the candidates' estimates assume for one save that has the link to itself
/// @param candidates the workloads on the node, in any order
/// @param offers the nodes that could take them
/// @param reclaims what the cloud took lately, anywhere
public record Situation(
        NodeName node,
        GraceWindow window,
        Instant now,
        ByteRate uplink,
        List<Candidate> candidates,
        List<CapacityOffer> offers,
        List<Reclaim> reclaims) {
    public Situation {
        candidates = List.copyOf(candidates);
        offers = List.copyOf(offers);
        reclaims = List.copyOf(reclaims);
    }

    /// Usable time left of the node's window.
    public Duration usable() {
        return window.remaining(now);
    }

    /// Usable time left for one candidate, its own reserve kept back too; never negative.
    public Duration usable(Candidate candidate) {
        Duration left = usable().minus(candidate.terms().reserve());
        return left.isNegative() ? Duration.ZERO : left;
    }
}
