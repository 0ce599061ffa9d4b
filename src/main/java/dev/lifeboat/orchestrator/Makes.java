package dev.lifeboat.orchestrator;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.orchestrator.Planner.Occasion;
import dev.lifeboat.plan.CapacityOffer;
import dev.lifeboat.plan.CapacityOffer.Standing;
import dev.lifeboat.plan.HostFacts;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The survivors of a doomed node, one for each make of machine: enough to say whether its workloads could live
/// anywhere, however many nodes there are. The roomiest stands for its make, since room comes and goes.
final class Makes {
    private static final Comparator<CapacityOffer> ROOMIEST = Comparator.comparing(
                    (CapacityOffer offer) -> offer.standing() == Standing.ACCEPTING)
            .thenComparing(CapacityOffer::free)
            .thenComparing(offer -> offer.node().value());

    private Makes() {}

    private record Make(
            CapacityOffer.Kind kind, String zone, @Nullable HostFacts host, List<String> devices, Set<String> labels) {
        static Make of(CapacityOffer offer) {
            return new Make(offer.kind(), offer.zone(), offer.host(), offer.devices(), offer.labels());
        }
    }

    /// By name; empty where nothing survives: a new node may come yet.
    static List<CapacityOffer> among(Occasion occasion) {
        NodeName home = occasion.reclaim().node();
        var makes = new LinkedHashMap<Make, CapacityOffer>();
        for (CapacityOffer offer :
                new Destinations(Homeless.GONE).offers(occasion.state(), occasion.view(), occasion.now())) {
            boolean survives = !offer.node().equals(home)
                    && offer.standing() != Standing.DOOMED
                    && !occasion.view().silent(offer.node(), occasion.now(), Homeless.GONE);
            if (survives) {
                makes.merge(Make.of(offer), offer, (one, other) -> ROOMIEST.compare(one, other) >= 0 ? one : other);
            }
        }
        return makes.values().stream()
                .sorted(Comparator.comparing(offer -> offer.node().value()))
                .toList();
    }
}
