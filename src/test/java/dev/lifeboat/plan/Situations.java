package dev.lifeboat.plan;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.estimate.Quantiles;
import dev.lifeboat.notice.GraceWindow;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/// Situations for tests, each holding no more than the test is about.
final class Situations {
    static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    static final NodeName DOOMED = new NodeName("doomed");
    static final NodeName SURVIVOR = new NodeName("survivor");

    private Situations() {}

    static Situation of(Duration window, Candidate... candidates) {
        return of(window, List.of(candidates), List.of(offer("survivor")));
    }

    static Situation of(Duration window, List<Candidate> candidates, List<CapacityOffer> offers) {
        return new Situation(
                DOOMED,
                new GraceWindow(NOW.plus(window), Duration.ZERO),
                NOW,
                ByteRate.ofMegabytes(100),
                candidates,
                offers,
                List.of());
    }

    static Candidate candidate(String name, double value, Way... ladder) {
        return candidate(name, terms(value), ladder);
    }

    static Candidate candidate(String name, Terms terms, Way... ladder) {
        return new Candidate(
                workload(name),
                terms,
                Duration.ofMinutes(11),
                List.of(ladder),
                Needs.of(ByteCount.ofMebi(100)),
                Progress.WAITING);
    }

    static Candidate with(Candidate candidate, Needs needs) {
        return new Candidate(
                candidate.workload(),
                candidate.terms(),
                candidate.atStake(),
                candidate.ladder(),
                needs,
                candidate.progress());
    }

    static Candidate with(Candidate candidate, Progress progress) {
        return new Candidate(
                candidate.workload(),
                candidate.terms(),
                candidate.atStake(),
                candidate.ladder(),
                candidate.needs(),
                progress);
    }

    static Terms terms(double value) {
        return new Terms(value, null, Duration.ZERO, Confidence.P95, Terms.WhenUnknown.NEXT_RUNG);
    }

    static Terms grouped(double value, String group) {
        return new Terms(value, new GroupKey(group), Duration.ZERO, Confidence.P95, Terms.WhenUnknown.NEXT_RUNG);
    }

    static Workload workload(String name) {
        return new Workload(
                new WorkloadId("test", name),
                "StatefulSet",
                "class",
                Map.of(),
                new Footprint(ByteCount.ofMebi(100), ByteCount.ZERO, 1));
    }

    /// A checkpoint whose p95 is `seconds` with no rounds and whose freeze takes as long.
    static Way checkpoint(String rung, double... seconds) {
        return new Way.Checkpoint(
                rung,
                Gate.OPEN,
                Arrays.stream(seconds).mapToObj(s -> forecast(0, s, s)).toList(),
                Duration.ofHours(1));
    }

    static Estimate forecast(int rounds, double seconds, double frozen) {
        return new Estimate.Forecast(rounds, quantiles(seconds), quantiles(frozen), 100);
    }

    static Quantiles quantiles(double p95Seconds) {
        Duration p95 = Duration.ofNanos(Math.round(p95Seconds * 1e9));
        return new Quantiles(
                p95.multipliedBy(2).dividedBy(3), p95, p95.multipliedBy(5).dividedBy(4));
    }

    static Way drain() {
        return new Way.Drain("drain", Gate.OPEN, Duration.ofSeconds(5));
    }

    static CapacityOffer offer(String name) {
        return offer(name, null, CapacityOffer.Kind.ON_DEMAND, 0);
    }

    static CapacityOffer offer(
            String name,
            @org.jspecify.annotations.Nullable HostFacts host,
            CapacityOffer.Kind kind,
            double evictionRisk) {
        return new CapacityOffer(
                new NodeName(name),
                kind,
                "m6i.4xlarge",
                "eu-west-1a",
                host,
                ByteCount.ofMebi(1_000_000),
                List.of(),
                Set.of(),
                evictionRisk,
                Set.of(),
                0,
                CapacityOffer.Standing.ACCEPTING);
    }

    /// Any mix of rungs, groups, unknown estimates, closed gates and nodes.
    static Situation random(long seed, int most) {
        var random = new Random(seed);
        int count = 1 + random.nextInt(most);
        var candidates = new ArrayList<Candidate>();
        for (int i = 0; i < count; i++) {
            candidates.add(randomCandidate(random, "w" + i));
        }
        var offers = new ArrayList<CapacityOffer>();
        for (int i = 0; i < random.nextInt(4); i++) {
            offers.add(offer("n" + i, null, CapacityOffer.Kind.SPOT, random.nextDouble()));
        }
        return of(Duration.ofMillis(random.nextInt(120_000)), candidates, offers);
    }

    private static Candidate randomCandidate(Random random, String name) {
        double value = 1 + random.nextInt(1000);
        var terms = new Terms(
                value,
                random.nextInt(4) == 0 ? new GroupKey("g" + random.nextInt(2)) : null,
                Duration.ofSeconds(random.nextInt(2) * 10L),
                random.nextBoolean() ? Confidence.P95 : new Confidence(0.99),
                random.nextBoolean() ? Terms.WhenUnknown.NEXT_RUNG : Terms.WhenUnknown.TRY_LAST);
        Gate gate = random.nextInt(8) == 0 ? new Gate.Closed("workload.ready", "workload.ready = false") : Gate.OPEN;
        double seconds = random.nextDouble() * 40;
        List<Estimate> byRounds = random.nextInt(8) == 0
                ? List.of(new Estimate.Unknown(Estimate.UnknownReason.NOTHING_MEASURED))
                : List.of(forecast(0, seconds, seconds), forecast(1, seconds * 1.3, seconds / 3));
        Candidate candidate = candidate(
                name,
                terms,
                new Way.Checkpoint("live", gate, byRounds, Duration.ofSeconds(1 + random.nextInt(60))),
                new Way.Hook("hook", Gate.OPEN, forecast(0, seconds / 2, 0)),
                drain());
        return with(candidate, Needs.of(ByteCount.ofMebi(1 + random.nextInt(400_000))));
    }
}
