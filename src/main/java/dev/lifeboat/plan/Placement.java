package dev.lifeboat.plan;

import dev.lifeboat.notice.NodeName;
import java.util.List;

/// Where one workload goes.
public sealed interface Placement {
    /// @param score the parts that made it the best, for the explanation
    record Placed(NodeName node, Score score) implements Placement {}

    /// Nodes of the right make are there, or may come, but none has room now: the checkpoint can wait in the
    /// store.
    record Later(List<Refused> refusals) implements Placement {
        public Later {
            refusals = List.copyOf(refusals);
        }
    }

    /// Every node that is not doomed itself is of the wrong make: a checkpoint could be restored nowhere.
    record Nowhere(List<Refused> refusals) implements Placement {
        public Nowhere {
            refusals = List.copyOf(refusals);
        }
    }

    record Refused(NodeName node, Hindrance hindrance) {}

    /// What is asked, where a workload's memory may lie already, and what the cloud is doing.
    ///
    /// @param from the doomed node
    record Request(Candidate candidate, NodeName from, List<CapacityOffer> offers, Hazard hazard) {
        public Request {
            offers = List.copyOf(offers);
        }
    }

    /// The best offer by [Score], each refused one with its reason. Pure; ties go to the lesser name.
    static Placement choose(Request request) {
        return new Placing(request).choose();
    }
}
