package dev.lifeboat.plan;

import java.util.Comparator;
import java.util.List;

/// Why nodes could not take a workload: what a journal keeps of a [Placement] for whoever asks later.
///
/// @param outlook what it means for the workload
/// @param nodes the first [#MOST] by name, each with what stood in its way
/// @param inAll how many nodes were refused
public record Refusals(Outlook outlook, List<Placement.Refused> nodes, int inAll) {
    /// Enough to see what kinds of reasons there are; a fleet has thousands of nodes and a record of the log 1 MiB.
    public static final int MOST = 50;

    /// What refusals mean for the workload.
    public enum Outlook {
        /// Another node takes it.
        PLACED,
        /// Nodes of the right make may have room later.
        LATER,
        /// Every node that is not doomed itself is of the wrong make.
        NOWHERE
    }

    public Refusals {
        nodes = List.copyOf(nodes);
    }

    public static Refusals of(Placement placement) {
        Outlook outlook = switch (placement) {
            case Placement.Placed _ -> Outlook.PLACED;
            case Placement.Later _ -> Outlook.LATER;
            case Placement.Nowhere _ -> Outlook.NOWHERE;
        };
        List<Placement.Refused> first = placement.refusals().stream()
                .sorted(Comparator.comparing(refused -> refused.node().value()))
                .limit(MOST)
                .toList();
        return new Refusals(outlook, first, placement.refusals().size());
    }

    /// Whether the same nodes are refused for the same kinds of reasons; numbers may differ.
    public boolean like(Refusals other) {
        return outlook == other.outlook && inAll == other.inAll && codes().equals(other.codes());
    }

    private List<String> codes() {
        return nodes.stream()
                .map(refused -> refused.node() + " " + refused.hindrance().code())
                .toList();
    }
}
