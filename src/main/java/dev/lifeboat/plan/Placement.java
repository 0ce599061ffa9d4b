package dev.lifeboat.plan;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteCount;
import java.util.ArrayList;
import java.util.List;

/// Where one workload goes.
public sealed interface Placement {
    record Placed(NodeName node, double score) implements Placement {}

    /// @param refusals one for each offer; empty when nothing was offered
    record Nowhere(List<Refused> refusals) implements Placement {
        public Nowhere {
            refusals = List.copyOf(refusals);
        }
    }

    record Refused(NodeName node, Hindrance hindrance) {}

    /// Why one node cannot take one workload.
    sealed interface Hindrance {
        record NotAccepting(CapacityOffer.Standing standing) implements Hindrance {}

        record TooSmall(ByteCount needed, ByteCount free) implements Hindrance {}
    }

    /// The best of `offers` for `needs`.
    static Placement choose(Needs needs, List<CapacityOffer> offers) {
        ByteCount needed = needs.memory().plus(needs.restorePeak());
        var refused = new ArrayList<Refused>();
        for (CapacityOffer offer : offers) {
            if (offer.standing() != CapacityOffer.Standing.ACCEPTING) {
                refused.add(new Refused(offer.node(), new Hindrance.NotAccepting(offer.standing())));
            } else if (offer.free().compareTo(needed) < 0) {
                refused.add(new Refused(offer.node(), new Hindrance.TooSmall(needed, offer.free())));
            } else {
                return new Placed(offer.node(), 0);
            }
        }
        return new Nowhere(refused);
    }
}
