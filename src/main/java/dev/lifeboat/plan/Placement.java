package dev.lifeboat.plan;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.workload.WorkloadId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where one workload goes.
public sealed interface Placement {
    /// @param score the parts that made it the best, for the explanation
    /// @param refusals of the nodes that could not take it
    record Placed(NodeName node, Score score, List<Refused> refusals) implements Placement {
        public Placed {
            refusals = List.copyOf(refusals);
        }
    }

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

    /// Why each node was refused, whatever became of it.
    List<Refused> refusals();

    record Refused(NodeName node, Hindrance hindrance) {}

    /// What is asked, and what the cloud is doing.
    ///
    /// @param from the node that it has to leave; null when that one may take it back
    record Request(
            WorkloadId workload, Needs needs, @Nullable NodeName from, List<CapacityOffer> offers, Hazard hazard) {
        public Request {
            offers = List.copyOf(offers);
        }
    }

    /// The best offer by [Score], each refused one with its reason. Pure; ties go to the lesser name.
    static Placement choose(Request request) {
        return new Placing(request).choose();
    }
}
