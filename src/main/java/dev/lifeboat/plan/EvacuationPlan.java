package dev.lifeboat.plan;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What happens to every workload of one doomed node: one plan, since they share its link and its window.
///
/// @param usable of the node's window when the plan was drawn
/// @param decisions saves in the order in which they get the link, then everything else by value
public record EvacuationPlan(NodeName node, Instant drawnAt, Duration usable, List<Decision> decisions) {
    public EvacuationPlan {
        decisions = List.copyOf(decisions);
    }

    /// Pure: the same situation gives the same plan.
    public static EvacuationPlan draw(Situation situation) {
        var decisions = new ArrayList<Decision>();
        Duration busy = Duration.ZERO;
        var ordered = situation.candidates().stream()
                .sorted((a, b) -> Double.compare(b.terms().value(), a.terms().value()))
                .toList();
        for (Candidate candidate : ordered) {
            Decision decision = decide(situation, candidate, busy);
            if (decision.choice() instanceof Choice.Save save) {
                busy = save.slot().ends();
            } else if (decision.choice() instanceof Choice.Hook hook) {
                busy = hook.slot().ends();
            }
            decisions.add(decision);
        }
        return new EvacuationPlan(situation.node(), situation.now(), situation.usable(), decisions);
    }

    public Optional<Decision> of(WorkloadId workload) {
        return decisions.stream()
                .filter(decision -> decision.workload().equals(workload))
                .findFirst();
    }

    private static Decision decide(Situation situation, Candidate candidate, Duration busy) {
        var verdicts = new ArrayList<RungVerdict>();
        @Nullable Choice taken = null;
        for (Way way : candidate.ladder()) {
            @Nullable Choice choice = taken == null ? tryWay(situation, candidate, way, busy, verdicts) : null;
            if (taken != null) {
                verdicts.add(new RungVerdict.Refused(way.rung(), new Refusal.NotReached()));
            } else if (choice != null) {
                verdicts.add(new RungVerdict.Taken(way.rung()));
                taken = choice;
            }
        }
        return new Decision(
                candidate.id(), taken == null ? new Choice.LetGo("", candidate.atStake()) : taken, verdicts);
    }

    private static @Nullable Choice tryWay(
            Situation situation, Candidate candidate, Way way, Duration busy, List<RungVerdict> verdicts) {
        if (way.gate() instanceof Gate.Closed closed) {
            verdicts.add(
                    new RungVerdict.Refused(way.rung(), new Refusal.ConditionFalse(closed.condition(), closed.seen())));
            return null;
        }
        return switch (way) {
            case Way.Checkpoint checkpoint ->
                save(situation, candidate, checkpoint, checkpoint.byRounds().getFirst(), busy, verdicts);
            case Way.Hook hook -> save(situation, candidate, hook, hook.estimate(), busy, verdicts);
            case Way.Drain drain -> new Choice.Drain(drain.rung(), drain.grace(), candidate.atStake());
            case Way.Ignore ignore -> new Choice.LetGo(ignore.rung(), candidate.atStake());
        };
    }

    private static @Nullable Choice save(
            Situation situation,
            Candidate candidate,
            Way way,
            Estimate estimate,
            Duration busy,
            List<RungVerdict> verdicts) {
        if (!(estimate instanceof Estimate.Forecast forecast)) {
            verdicts.add(new RungVerdict.Refused(
                    way.rung(), new Refusal.EstimateUnknown(((Estimate.Unknown) estimate).reason())));
            return null;
        }
        Duration needed = candidate.terms().confidence().of(forecast.durable());
        Duration usable = situation.usable(candidate);
        Duration ends = busy.plus(needed);
        if (ends.compareTo(usable) > 0) {
            verdicts.add(new RungVerdict.Refused(way.rung(), new Refusal.TooLong(needed, usable.minus(busy))));
            return null;
        }
        var slot = new Choice.Slot(busy, ends, usable.minus(ends));
        if (way instanceof Way.Hook) {
            return new Choice.Hook(way.rung(), estimate, slot);
        }
        return switch (Placement.choose(candidate.needs(), situation.offers())) {
            case Placement.Placed placed -> new Choice.Save(way.rung(), 0, estimate, slot, placed.node());
            case Placement.Nowhere nowhere -> {
                verdicts.add(new RungVerdict.Refused(way.rung(), new Refusal.NoDestination(nowhere.refusals())));
                yield null;
            }
        };
    }
}
