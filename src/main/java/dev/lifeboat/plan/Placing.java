package dev.lifeboat.plan;

import dev.lifeboat.notice.NodeName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Filters, then scores.
final class Placing {
    /// Kernel and CRIU promise images forward within a minor version, so their first two numbers must not fall.
    private static final int MINOR = 2;

    /// Rather lost than not, within the hour.
    private static final double AS_GOOD_AS_LOST = 0.5;

    private final Placement.Request request;
    private final Needs needs;

    Placing(Placement.Request request) {
        this.request = request;
        this.needs = request.needs();
    }

    Placement choose() {
        var refused = new ArrayList<Placement.Refused>();
        var fit = new ArrayList<Fit>();
        for (CapacityOffer offer : request.offers()) {
            hindrance(offer)
                    .ifPresentOrElse(
                            hindrance -> refused.add(new Placement.Refused(offer.node(), hindrance)),
                            () -> fit.add(new Fit(offer.node(), near(offer), score(offer))));
        }
        return fit.stream()
                .max(Fit.ORDER)
                .<Placement>map(best -> new Placement.Placed(best.node, best.score, refused))
                .orElseGet(() -> leavesHope(refused) ? new Placement.Later(refused) : new Placement.Nowhere(refused));
    }

    /// A node that nothing speaks against.
    private record Fit(NodeName node, boolean near, Score score) {
        /// Of two that are as good, by name: whoever asks again gets the same answer.
        static final Comparator<Fit> ORDER = Comparator.comparing(Fit::near)
                .thenComparingDouble(fit -> fit.score.total())
                .thenComparing(fit -> fit.node.value(), Comparator.reverseOrder());
    }

    private static boolean leavesHope(List<Placement.Refused> refused) {
        List<Placement.Refused> standing = refused.stream()
                .filter(refusal -> !isDoomed(refusal.hindrance()))
                .toList();
        return standing.isEmpty()
                || standing.stream().anyMatch(refusal -> !refusal.hindrance().lasting());
    }

    private static boolean isDoomed(Hindrance hindrance) {
        return hindrance instanceof Hindrance.Standing(CapacityOffer.Standing standing)
                && standing == CapacityOffer.Standing.DOOMED;
    }

    /// As far as the policy's zone goes: one that loses its machines now is no place to stay in.
    private boolean near(CapacityOffer offer) {
        return offer.zone().equals(needs.near()) && request.hazard().of(offer) < AS_GOOD_AS_LOST;
    }

    /// The first thing that stands in the way; what lasts before what may pass.
    private Optional<Hindrance> hindrance(CapacityOffer offer) {
        if (offer.standing() == CapacityOffer.Standing.DOOMED || offer.node().equals(request.from())) {
            return Optional.of(new Hindrance.Standing(CapacityOffer.Standing.DOOMED));
        }
        return policyHindrance(offer).or(() -> machineHindrance(offer)).or(() -> passingHindrance(offer));
    }

    private Optional<Hindrance> policyHindrance(CapacityOffer offer) {
        if (!needs.capacity().isEmpty() && !needs.capacity().contains(offer.kind())) {
            return Optional.of(new Hindrance.Capacity(needs.capacity(), offer.kind()));
        }
        if (!needs.zones().isEmpty() && !needs.zones().contains(offer.zone())) {
            return Optional.of(new Hindrance.Zone(needs.zones(), offer.zone()));
        }
        for (String label : needs.nodeLabels()) {
            if (!offer.labels().contains(label)) {
                return Optional.of(new Hindrance.Label(label));
            }
        }
        var devices = new ArrayList<>(offer.devices());
        for (String device : needs.devices()) {
            if (!devices.remove(device)) {
                return Optional.of(new Hindrance.Device(device));
            }
        }
        return Optional.empty();
    }

    private Optional<Hindrance> machineHindrance(CapacityOffer offer) {
        HostFacts source = needs.host();
        if (source == null && needs.features().isEmpty()) {
            return Optional.empty();
        }
        HostFacts target = offer.host();
        if (target == null) {
            return Optional.of(new Hindrance.Unpublished());
        }
        for (String feature : needs.features()) {
            if (!target.cpu().features().contains(feature)) {
                return Optional.of(new Hindrance.Feature(feature));
            }
        }
        return source == null ? Optional.empty() : machineHindrance(source, target);
    }

    private Optional<Hindrance> machineHindrance(HostFacts source, HostFacts target) {
        if (!source.architecture().equals(target.architecture())) {
            return Optional.of(new Hindrance.Architecture(source.architecture(), target.architecture()));
        }
        Optional<Hindrance> cpu = needs.cpu().lackOf(source, target).map(Hindrance.Processor::new);
        return cpu.or(() -> older("kernel", source.kernel(), target.kernel()))
                .or(() -> older("criu", source.criu(), target.criu()))
                .or(() -> older("runtime", source.runtime(), target.runtime()));
    }

    /// What nobody knows rules nothing out: the restore will tell.
    private static Optional<Hindrance> older(String what, String needed, String found) {
        boolean enough = needed.isEmpty() || Version.of(found).atLeast(Version.of(needed), MINOR);
        return enough ? Optional.empty() : Optional.of(new Hindrance.Software(what, needed, found));
    }

    private Optional<Hindrance> passingHindrance(CapacityOffer offer) {
        if (offer.standing() != CapacityOffer.Standing.ACCEPTING) {
            return Optional.of(new Hindrance.Standing(offer.standing()));
        }
        if (offer.free().compareTo(needs.room()) < 0) {
            return Optional.of(new Hindrance.Room(needs.room(), offer.free()));
        }
        return Optional.empty();
    }

    private Score score(CapacityOffer offer) {
        double fit = needs.room().bytes() / (double) Math.max(1, offer.free().bytes());
        double locality = offer.prestaged().contains(request.workload()) ? 1 : 0;
        double spread = 1.0 / (1 + offer.promised());
        int kinds = needs.capacity().size();
        double preference = kinds < 2 ? 1 : 1 - needs.capacity().indexOf(offer.kind()) / (double) (kinds - 1);
        return new Score(fit, locality, spread, preference, request.hazard().of(offer));
    }

    /// Takes the room of a placed workload away from the offer it went to.
    static List<CapacityOffer> after(List<CapacityOffer> offers, NodeName node, Needs needs) {
        return offers.stream()
                .map(offer -> offer.node().equals(node) ? offer.less(needs) : offer)
                .toList();
    }
}
