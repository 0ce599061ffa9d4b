package dev.lifeboat.plan;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.estimate.Quantiles;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Draws a plan again while it is being carried out, and changes no more than it must.
final class Redrawing {
    /// What a new plan must be worth beyond the standing one. Changing costs too: turns begun for nothing, targets
    /// prepared for nothing. Re-ordering wins 1 to 3 % in measurements, a dropped or rescued save far more.
    private static final double GAIN = 1.1;

    /// What it must be worth if it drops a save under way, which throws away all that was sent.
    private static final double GAIN_OVER_SENT = 1.25;

    private final EvacuationPlan previous;
    private final Situation situation;

    Redrawing(EvacuationPlan previous, Situation situation) {
        this.previous = previous;
        this.situation = situation;
    }

    EvacuationPlan redraw() {
        var standing = new Standing(previous, situation);
        var best = standing;
        var fresh = drawn(Set.of());
        boolean triesMore = fresh.attempts() > standing.attempts() && fresh.worth() >= standing.worth();
        if (standing.broken() || triesMore || fresh.worth() > standing.worth() * GAIN) {
            best = fresh;
        }
        if (!best.hopeless().isEmpty()) {
            var dropping = drawn(best.hopeless());
            if (dropping.worth() > best.worth() * GAIN_OVER_SENT) {
                best = dropping;
            }
        }
        return explained(best.plan(), fresh.plan());
    }

    /// What was decided earlier came without its ladder: a journal keeps that beside the plan. It is told by what is
    /// known now.
    private static EvacuationPlan explained(EvacuationPlan plan, EvacuationPlan fresh) {
        return new EvacuationPlan(
                plan.node(),
                plan.drawnAt(),
                plan.usable(),
                plan.decisions().stream()
                        .map(decision -> decision.ladder().isEmpty()
                                ? fresh.of(decision.workload())
                                        .map(now -> explained(decision, now.ladder()))
                                        .orElse(decision)
                                : decision)
                        .toList());
    }

    private static Decision explained(Decision decision, List<RungVerdict> now) {
        String held = decision.choice().rung();
        var ladder = new ArrayList<RungVerdict>();
        boolean reached = true;
        for (RungVerdict verdict : now) {
            if (verdict.rung().equals(held)) {
                ladder.add(new RungVerdict.Taken(held));
                reached = false;
            } else {
                ladder.add(new RungVerdict.Refused(verdict.rung(), refusal(verdict, reached)));
            }
        }
        return new Decision(decision.workload(), decision.choice(), ladder);
    }

    private static Refusal refusal(RungVerdict verdict, boolean reached) {
        if (!reached) {
            return new Refusal.NotReached();
        }
        return switch (verdict) {
            case RungVerdict.Refused(String _, Refusal.NotReached _) -> new Refusal.PlanStands();
            case RungVerdict.Refused refused -> refused.refusal();
            case RungVerdict.Taken _ -> new Refusal.PlanStands();
        };
    }

    /// A new plan in which every save under way keeps the link, but for some.
    private Standing drawn(Set<WorkloadId> dropped) {
        List<Candidate> pinned = situation.candidates().stream()
                .map(candidate -> dropped.contains(candidate.id()) ? candidate : pinned(candidate))
                .toList();
        var easy = new Situation(
                situation.node(),
                situation.window(),
                situation.now(),
                situation.uplink(),
                pinned,
                situation.offers(),
                situation.reclaims());
        return new Standing(EvacuationPlan.draw(easy), situation);
    }

    /// As if what remains of a save under way would just fit, since a plan refuses what does not. [Standing] puts
    /// the true forecast back.
    private Candidate pinned(Candidate candidate) {
        if (!(candidate.progress() instanceof Progress.Saving saving)
                || !(saving.remaining() instanceof Estimate.Forecast rest)) {
            return candidate;
        }
        Duration most = situation.usable(candidate);
        var durable = new Quantiles(
                least(rest.durable().p50(), most),
                least(rest.durable().p95(), most),
                least(rest.durable().p99(), most));
        var eased = new Estimate.Forecast(rest.rounds(), durable, rest.frozen(), rest.samples());
        return new Candidate(
                candidate.workload(),
                candidate.terms(),
                candidate.atStake(),
                candidate.ladder().stream().map(way -> begun(way, saving)).toList(),
                candidate.needs(),
                new Progress.Saving(saving.rung(), saving.rounds(), eased));
    }

    /// What is under way was allowed when it began; its `when` is asked no more.
    private static Way begun(Way way, Progress.Saving saving) {
        return way instanceof Way.Checkpoint checkpoint && way.rung().equals(saving.rung())
                ? new Way.Checkpoint(
                        way.rung(), Gate.OPEN, checkpoint.byRounds(), checkpoint.maxFreeze(), checkpoint.bears())
                : way;
    }

    private static Duration least(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
