package dev.lifeboat.plan;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Draws one plan, in two stages: first which workloads are saved at all, as quickly as each of them can be, so
/// that the most value is safe; then what the deadlines leave over goes into pre-dump rounds, so that freezes
/// get short.
final class Drawing {
    private final Situation situation;
    private final List<Claim> claims;
    private final Schedule schedule = new Schedule();

    private List<CapacityOffer> offers;

    Drawing(Situation situation) {
        this.situation = situation;
        this.claims = new Claims(situation).all();
        this.offers = situation.offers();
    }

    EvacuationPlan draw() {
        select();
        schedule.spendSlack();
        List<Schedule.Entry> entries = schedule.entries();
        long busyUntil = entries.isEmpty() ? 0 : entries.getLast().end();
        var decisions = new ArrayList<Decision>();
        for (Schedule.Entry entry : entries) {
            decisions.addAll(scheduled(entry, busyUntil));
        }
        decisions.addAll(unscheduled(entries, busyUntil));
        return new EvacuationPlan(situation.node(), situation.now(), situation.usable(), decisions);
    }

    private void select() {
        List<Claim> asking =
                claims.stream().filter(claim -> !claim.turns().isEmpty()).toList();
        double total = asking.stream().mapToDouble(Claim::value).sum();
        List<LinkJob> jobs = asking.stream().map(claim -> job(claim, total)).toList();
        Selection selection = Selection.best(jobs);
        for (int i = 0; i < asking.size(); i++) {
            int way = selection.ways().get(i);
            if (way != Selection.LEFT_OUT) {
                schedule.choose(asking.get(i), asking.get(i).turns().get(way));
            }
        }
    }

    /// A save under way outweighs all that is not: what it has already used of the window would be lost for
    /// nothing.
    private static LinkJob job(Claim claim, double total) {
        boolean underWay = claim.members().stream().anyMatch(member -> member.progress() instanceof Progress.Saving);
        return new LinkJob(
                underWay ? claim.value() + total : claim.value(),
                claim.deadlineMillis(),
                claim.turns().stream().map(Turn::needed).toList());
    }

    private List<Decision> scheduled(Schedule.Entry entry, long busyUntil) {
        var decisions = new ArrayList<Decision>();
        for (Candidate member : entry.claim().members()) {
            Way way = member.ladder().get(entry.turn().rung());
            Choice choice = choice(entry, member, way);
            decisions.add(new Decision(member.id(), choice, explain(entry.claim(), member, way.rung(), busyUntil)));
        }
        return decisions;
    }

    private Choice choice(Schedule.Entry entry, Candidate member, Way way) {
        var slot = new Choice.Slot(
                Duration.ofMillis(entry.start()),
                Duration.ofMillis(entry.end()),
                Duration.ofMillis(entry.claim().deadlineMillis() - entry.end()));
        return switch (way) {
            case Way.Checkpoint checkpoint -> {
                Estimate estimate = member.progress() instanceof Progress.Saving saving
                        ? saving.remaining()
                        : checkpoint.byRounds().get(entry.rounds());
                int rounds = member.progress() instanceof Progress.Saving saving ? saving.rounds() : entry.rounds();
                yield new Choice.Save(way.rung(), rounds, estimate, slot, target(member));
            }
            case Way.Hook hook -> new Choice.Hook(way.rung(), hook.estimate(), slot);
            case Way.Drain _, Way.Ignore _ -> throw new IllegalStateException(way.rung() + " asks for no turn");
        };
    }

    /// Reserves the room there, so that the next workload sees what is left.
    private @Nullable NodeName target(Candidate member) {
        var request = new Placement.Request(
                member.id(),
                member.needs(),
                situation.node(),
                offers,
                new Hazard(situation.reclaims(), situation.now()));
        if (Placement.choose(request) instanceof Placement.Placed placed) {
            offers = Placing.after(offers, placed.node(), member.needs());
            return placed.node();
        }
        return null;
    }

    private List<Decision> unscheduled(List<Schedule.Entry> entries, long busyUntil) {
        Set<WorkloadId> taken = entries.stream()
                .map(entry -> entry.claim().members().getFirst().id())
                .collect(Collectors.toSet());
        var rest = claims.stream()
                .filter(claim -> !taken.contains(claim.members().getFirst().id()))
                .sorted((a, b) -> Double.compare(b.value(), a.value()))
                .toList();
        var decisions = new ArrayList<Decision>();
        for (Claim claim : rest) {
            for (Candidate member : claim.members()) {
                decisions.add(withoutTurn(claim, member, busyUntil));
            }
        }
        return decisions;
    }

    private Decision withoutTurn(Claim claim, Candidate member, long busyUntil) {
        for (int i = 0; i < member.ladder().size(); i++) {
            Way way = member.ladder().get(i);
            @Nullable Refusal refusal = claim.rungs().get(i).refusals().get(member.id());
            Optional<Choice> choice = freeChoice(claim, member, way, refusal, busyUntil);
            if (choice.isPresent()) {
                return new Decision(member.id(), choice.get(), explain(claim, member, way.rung(), busyUntil));
            }
        }
        return new Decision(member.id(), new Choice.LetGo("", member.atStake()), explain(claim, member, "", busyUntil));
    }

    /// What can be had without a planned turn: nothing to send, or an attempt after all planned turns.
    private Optional<Choice> freeChoice(
            Claim claim, Candidate member, Way way, @Nullable Refusal refusal, long busyUntil) {
        if (refusal instanceof Refusal.EstimateUnknown unknown && triesIn(claim, member, busyUntil)) {
            return Optional.of(attempt(member, way, new Estimate.Unknown(unknown.reason()), claim, busyUntil));
        }
        if (way.gate() instanceof Gate.Closed) {
            return Optional.empty();
        }
        return switch (way) {
            case Way.Drain drain -> Optional.of(new Choice.Drain(way.rung(), drain.grace(), member.atStake()));
            case Way.Ignore _ -> Optional.of(new Choice.LetGo(way.rung(), member.atStake()));
            case Way.Checkpoint _, Way.Hook _ -> Optional.empty();
        };
    }

    /// A group is never gambled with: one member that fails would waste all the others' time.
    private static boolean triesIn(Claim claim, Candidate member, long busyUntil) {
        return member.terms().whenUnknown() == Terms.WhenUnknown.TRY_LAST
                && claim.members().size() == 1
                && busyUntil < claim.deadlineMillis();
    }

    private Choice attempt(Candidate member, Way way, Estimate unknown, Claim claim, long busyUntil) {
        var slot =
                new Choice.Slot(Duration.ofMillis(busyUntil), Duration.ofMillis(claim.deadlineMillis()), Duration.ZERO);
        return way instanceof Way.Hook
                ? new Choice.Hook(way.rung(), unknown, slot)
                : new Choice.Save(way.rung(), 0, unknown, slot, target(member));
    }

    private static List<RungVerdict> explain(Claim claim, Candidate member, String takenRung, long busyUntil) {
        var verdicts = new ArrayList<RungVerdict>();
        boolean taken = false;
        for (int i = 0; i < member.ladder().size(); i++) {
            String rung = member.ladder().get(i).rung();
            if (!taken && rung.equals(takenRung)) {
                verdicts.add(new RungVerdict.Taken(rung));
                taken = true;
            } else {
                Refusal refusal =
                        taken ? new Refusal.NotReached() : refusal(claim.rungs().get(i), claim, member, busyUntil);
                verdicts.add(new RungVerdict.Refused(rung, refusal));
            }
        }
        return verdicts;
    }

    private static Refusal refusal(Claim.RungView rung, Claim claim, Candidate member, long busyUntil) {
        @Nullable Refusal own = rung.refusals().get(member.id());
        if (own instanceof Refusal.EstimateUnknown unknown
                && member.terms().whenUnknown() == Terms.WhenUnknown.TRY_LAST
                && busyUntil >= claim.deadlineMillis()) {
            return new Refusal.NoTimeToTry(unknown.reason());
        }
        if (own != null) {
            return own;
        }
        long needed = rung.turn() == null ? 0 : rung.turn().needed();
        long left = Math.max(0, claim.deadlineMillis() - busyUntil);
        return new Refusal.Outranked(Duration.ofMillis(needed), Duration.ofMillis(left));
    }
}
