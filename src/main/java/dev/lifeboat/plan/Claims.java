package dev.lifeboat.plan;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.estimate.Quantiles;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Looks at every rung of every candidate as if it had the link to itself.
final class Claims {
    private final Situation situation;
    private final Hazard hazard;

    Claims(Situation situation) {
        this.situation = situation;
        this.hazard = new Hazard(situation.reclaims(), situation.now());
    }

    /// One for each workload on its own and one for each group; workloads in the order of their names, so that
    /// the order of the input decides nothing.
    List<Claim> all() {
        var together = new LinkedHashMap<Object, List<Candidate>>();
        situation.candidates().stream()
                .sorted((a, b) -> a.id().toString().compareTo(b.id().toString()))
                .forEach(candidate -> together.computeIfAbsent(keyOf(candidate), _ -> new ArrayList<>())
                        .add(candidate));
        return together.values().stream().map(this::claim).toList();
    }

    private static Object keyOf(Candidate candidate) {
        GroupKey group = candidate.terms().group();
        return group == null ? candidate.id() : group;
    }

    private Claim claim(List<Candidate> members) {
        long deadline = members.stream()
                .mapToLong(member -> situation.usable(member).toMillis())
                .min()
                .orElse(0);
        int depth = members.stream()
                .mapToInt(member -> member.ladder().size())
                .max()
                .orElse(0);
        var rungs = new ArrayList<Claim.RungView>();
        for (int i = 0; i < depth; i++) {
            rungs.add(view(members, i, deadline));
        }
        return new Claim(members, rungs, deadline);
    }

    private Claim.RungView view(List<Candidate> members, int index, long deadline) {
        var refusals = new LinkedHashMap<WorkloadId, Refusal>();
        var ways = new ArrayList<Way>();
        for (Candidate member : members) {
            @Nullable Way way = index < member.ladder().size() ? member.ladder().get(index) : null;
            @Nullable
            Refusal refusal = way == null ? new Refusal.GroupIncomplete(member.id()) : ownRefusal(member, way);
            if (refusal != null) {
                refusals.put(member.id(), refusal);
            }
            if (way != null) {
                ways.add(way);
            }
        }
        String name = ways.getFirst().rung();
        boolean certain = refusals.isEmpty() && ways.stream().allMatch(Claims::asksNothing);
        if (certain || !refusals.isEmpty()) {
            return new Claim.RungView(name, completed(members, refusals), null, certain);
        }
        Turn turn = turn(members, ways, index);
        @Nullable Refusal shared = sharedRefusal(ways, turn, deadline);
        if (shared != null) {
            members.forEach(member -> refusals.put(member.id(), shared));
            return new Claim.RungView(name, refusals, null, false);
        }
        return new Claim.RungView(name, refusals, turn, false);
    }

    /// Members that could have taken the rung are refused it for the sake of the one that cannot.
    private static Map<WorkloadId, Refusal> completed(List<Candidate> members, Map<WorkloadId, Refusal> refusals) {
        if (refusals.isEmpty()) {
            return refusals;
        }
        WorkloadId culprit = refusals.keySet().iterator().next();
        var all = new LinkedHashMap<>(refusals);
        members.forEach(member -> all.putIfAbsent(member.id(), new Refusal.GroupIncomplete(culprit)));
        return all;
    }

    private static boolean asksNothing(Way way) {
        return way instanceof Way.Drain || way instanceof Way.Ignore;
    }

    private @Nullable Refusal ownRefusal(Candidate member, Way way) {
        if (member.progress() instanceof Progress.GivenUp && !asksNothing(way)) {
            return new Refusal.GroupIncomplete(member.id());
        }
        if (way.gate() instanceof Gate.Closed closed) {
            return new Refusal.ConditionFalse(closed.condition(), closed.seen(), shortage(member, way));
        }
        return switch (way) {
            case Way.Checkpoint checkpoint -> {
                Refusal homeless = homeless(member);
                yield homeless == null ? unknown(checkpoint.byRounds().getFirst()) : homeless;
            }
            case Way.Hook hook -> unknown(hook.estimate());
            case Way.Drain _, Way.Ignore _ -> null;
        };
    }

    private Duration shortage(Candidate member, Way way) {
        return forecasts(way).stream()
                .findFirst()
                .map(first -> member.terms().confidence().of(first.durable()).minus(situation.usable(member)))
                .filter(Duration::isPositive)
                .orElse(Duration.ZERO);
    }

    private static @Nullable Refusal unknown(Estimate estimate) {
        return estimate instanceof Estimate.Unknown(Estimate.UnknownReason reason)
                ? new Refusal.EstimateUnknown(reason)
                : null;
    }

    /// Of a save under way it is not asked any more: who could take it may come back before it is stored.
    private @Nullable Refusal homeless(Candidate member) {
        if (member.progress() instanceof Progress.Saving) {
            return null;
        }
        var request = new Placement.Request(member.id(), member.needs(), situation.node(), situation.offers(), hazard);
        return Placement.choose(request) instanceof Placement.Nowhere nowhere
                ? new Refusal.NoDestination(nowhere.refusals())
                : null;
    }

    private static Turn turn(List<Candidate> members, List<Way> ways, int index) {
        List<List<Estimate.Forecast>> forecasts = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            forecasts.add(forecasts(members.get(i), ways.get(i)));
        }
        int rounds = forecasts.stream().mapToInt(List::size).min().orElse(1);
        var needed = new ArrayList<Long>();
        var frozen = new ArrayList<Long>();
        for (int k = 0; k < rounds; k++) {
            needed.add(sum(members, forecasts, k, Estimate.Forecast::durable));
            frozen.add(sum(members, forecasts, k, Estimate.Forecast::frozen));
        }
        long allowed = Math.min(allowedMillis(ways), borneMillis(ways));
        int least = 0;
        while (least < rounds - 1 && frozen.get(least) > allowed && isCalibrated(forecasts, least + 1)) {
            least++;
        }
        return new Turn(index, needed, frozen, least);
    }

    /// A limit is kept by what outcomes stand behind, not by what models hope for.
    private static boolean isCalibrated(List<List<Estimate.Forecast>> forecasts, int rounds) {
        return forecasts.stream().allMatch(each -> each.get(rounds).isCalibrated());
    }

    private static long sum(
            List<Candidate> members,
            List<List<Estimate.Forecast>> forecasts,
            int rounds,
            Function<Estimate.Forecast, Quantiles> part) {
        long sum = 0;
        for (int i = 0; i < members.size(); i++) {
            Duration bound = members.get(i)
                    .terms()
                    .confidence()
                    .of(part.apply(forecasts.get(i).get(rounds)));
            sum = Math.addExact(sum, Millis.ceiling(bound));
        }
        return sum;
    }

    /// The forecasts for 0, 1, 2 … rounds, as far as there are any; of a save under way, the one for the rest
    /// of it.
    private static List<Estimate.Forecast> forecasts(Candidate member, Way way) {
        if (member.progress() instanceof Progress.Saving saving
                && saving.rung().equals(way.rung())
                && saving.remaining() instanceof Estimate.Forecast rest) {
            return List.of(rest);
        }
        return forecasts(way);
    }

    private static List<Estimate.Forecast> forecasts(Way way) {
        List<Estimate> estimates = switch (way) {
            case Way.Checkpoint checkpoint -> checkpoint.byRounds();
            case Way.Hook hook -> List.of(hook.estimate());
            case Way.Drain _, Way.Ignore _ -> List.of();
        };
        return estimates.stream()
                .takeWhile(Estimate.Forecast.class::isInstance)
                .map(Estimate.Forecast.class::cast)
                .toList();
    }

    private static long allowedMillis(List<Way> ways) {
        return checkpoints(ways)
                .mapToLong(checkpoint -> checkpoint.maxFreeze().toMillis())
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /// Of several in one turn, by the least patient.
    private static long borneMillis(List<Way> ways) {
        return checkpoints(ways)
                .flatMap(checkpoint -> Stream.ofNullable(checkpoint.bears()))
                .mapToLong(Duration::toMillis)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    private static Stream<Way.Checkpoint> checkpoints(List<Way> ways) {
        return ways.stream().filter(Way.Checkpoint.class::isInstance).map(Way.Checkpoint.class::cast);
    }

    private @Nullable Refusal sharedRefusal(List<Way> ways, Turn turn, long deadline) {
        long allowed = allowedMillis(ways);
        long borne = borneMillis(ways);
        long frozen = turn.frozenMillis().get(turn.leastRounds());
        if (turn.needed() > deadline) {
            return new Refusal.TooLong(Duration.ofMillis(turn.needed()), Duration.ofMillis(deadline));
        }
        if (frozen > Math.min(allowed, borne)) {
            return borne < allowed
                    ? new Refusal.NotBorne(Duration.ofMillis(frozen), Duration.ofMillis(borne))
                    : new Refusal.FreezeTooLong(Duration.ofMillis(frozen), Duration.ofMillis(allowed));
        }
        return null;
    }
}
