package dev.lifeboat.plan;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.estimate.Quantiles;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A plan's choices, in its order, held against what is known now: what they are worth by now, and whether one of
/// them no longer holds.
final class Standing {
    /// A waiting save is given up only when its probability has fallen this far below the confidence at which it was
    /// taken on. A calibrated probability is a martingale, so it comes back over such a band at most seldom (Doob's
    /// upcrossings), while over a bare line it would come and go with every tick.
    static final double DEAD_BAND = 0.05;

    private final Situation situation;
    private final Map<WorkloadId, Candidate> candidates;
    private final List<Decision> decisions = new ArrayList<>();
    private final Set<WorkloadId> hopeless = new HashSet<>();

    private List<CapacityOffer> offers;
    private Duration clock = Duration.ZERO;
    private Quantiles sofar = new Quantiles(Duration.ZERO, Duration.ZERO, Duration.ZERO);
    private double worth;
    private int attempts;
    private boolean broken;

    Standing(EvacuationPlan plan, Situation situation) {
        this.situation = situation;
        this.offers = situation.offers();
        this.candidates = situation.candidates().stream().collect(Collectors.toMap(Candidate::id, Function.identity()));
        for (Decision decision : plan.decisions()) {
            Candidate candidate = candidates.get(decision.workload());
            if (candidate != null) {
                Choice choice = held(candidate, decision.choice());
                decisions.add(new Decision(decision.workload(), choice, decision.ladder()));
            }
        }
        broken |= decisions.size() < candidates.size() || savesPartOfAGroup();
    }

    /// Whether one of a group is saved though another has been given up.
    private boolean savesPartOfAGroup() {
        Set<GroupKey> incomplete = candidates.values().stream()
                .filter(candidate -> candidate.progress() instanceof Progress.GivenUp)
                .flatMap(candidate -> Stream.ofNullable(candidate.terms().group()))
                .collect(Collectors.toSet());
        return decisions.stream()
                .filter(decision -> decision.choice() instanceof Choice.Save)
                .map(decision -> Objects.requireNonNull(candidates.get(decision.workload())))
                .anyMatch(candidate -> candidate.terms().group() != null
                        && incomplete.contains(candidate.terms().group()));
    }

    EvacuationPlan plan() {
        return new EvacuationPlan(situation.node(), situation.now(), situation.usable(), decisions);
    }

    /// Expected value saved.
    double worth() {
        return worth;
    }

    /// Saves that nobody can forecast; what they are worth nobody knows either, but it is not nothing.
    int attempts() {
        return attempts;
    }

    /// Whether somebody is not in it, or a waiting save no longer fits.
    boolean broken() {
        return broken;
    }

    /// Saves under way that have fallen below the dead band.
    Set<WorkloadId> hopeless() {
        return hopeless;
    }

    private Choice held(Candidate candidate, Choice choice) {
        return switch (choice) {
            case Choice.Save save -> {
                Estimate estimate = estimate(candidate, save);
                Choice.Slot slot = slot(candidate, estimate);
                yield new Choice.Save(save.rung(), rounds(candidate, save), estimate, slot, target(candidate, save));
            }
            case Choice.Hook hook -> {
                Estimate estimate =
                        way(candidate, hook.rung()) instanceof Way.Hook now ? now.estimate() : hook.estimate();
                yield new Choice.Hook(hook.rung(), estimate, slot(candidate, estimate));
            }
            case Choice.Drain drain -> new Choice.Drain(drain.rung(), drain.grace(), candidate.atStake());
            case Choice.LetGo letGo -> new Choice.LetGo(letGo.rung(), candidate.atStake());
        };
    }

    private Estimate estimate(Candidate candidate, Choice.Save save) {
        if (candidate.progress() instanceof Progress.Saving saving) {
            return saving.remaining();
        }
        if (way(candidate, save.rung()) instanceof Way.Checkpoint now
                && now.gate() instanceof Gate.Open
                && save.rounds() < now.byRounds().size()) {
            return now.byRounds().get(save.rounds());
        }
        broken = true;
        return save.estimate();
    }

    private static int rounds(Candidate candidate, Choice.Save save) {
        return candidate.progress() instanceof Progress.Saving saving ? saving.rounds() : save.rounds();
    }

    private static @Nullable Way way(Candidate candidate, String rung) {
        return candidate.ladder().stream()
                .filter(way -> way.rung().equals(rung))
                .findFirst()
                .orElse(null);
    }

    private Choice.Slot slot(Candidate candidate, Estimate estimate) {
        Duration starts = clock;
        Duration usable = situation.usable(candidate);
        if (!(estimate instanceof Estimate.Forecast forecast)) {
            // An attempt without a forecast: it has what is left, and is worth what it wins.
            attempts++;
            return new Choice.Slot(starts, usable, Duration.ZERO);
        }
        Confidence confidence = candidate.terms().confidence();
        Duration ends = starts.plus(Duration.ofMillis(Millis.ceiling(confidence.of(forecast.durable()))));
        sofar = Odds.together(sofar, forecast.durable());
        // All share the link, so what comes before it errs as it does, and the band is one of their sum.
        double odds = Math.max(Odds.within(sofar, usable), Odds.within(forecast.durable(), usable.minus(starts)));
        worth += candidate.terms().value() * odds;
        if (odds < confidence.level() - DEAD_BAND) {
            if (candidate.progress() instanceof Progress.Saving) {
                hopeless.add(candidate.id());
            } else {
                broken = true;
            }
        }
        clock = ends;
        return new Choice.Slot(starts, ends, usable.minus(ends));
    }

    /// The same target as long as it can take the workload; restoring may have been prepared there.
    private @Nullable NodeName target(Candidate candidate, Choice.Save save) {
        List<CapacityOffer> same = offers.stream()
                .filter(offer -> offer.node().equals(save.target()))
                .toList();
        @Nullable NodeName target = chosen(candidate, same);
        if (target == null) {
            target = chosen(candidate, offers);
        }
        if (target != null) {
            offers = Placing.after(offers, target, candidate.needs());
        }
        return target;
    }

    private @Nullable NodeName chosen(Candidate candidate, List<CapacityOffer> among) {
        var hazard = new Hazard(situation.reclaims(), situation.now());
        var request = new Placement.Request(candidate.id(), candidate.needs(), situation.node(), among, hazard);
        return Placement.choose(request) instanceof Placement.Placed placed ? placed.node() : null;
    }
}
