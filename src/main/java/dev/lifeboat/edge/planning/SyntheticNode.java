package dev.lifeboat.edge.planning;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.estimate.Quantiles;
import dev.lifeboat.notice.GraceWindow;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.plan.Candidate;
import dev.lifeboat.plan.CapacityOffer;
import dev.lifeboat.plan.Confidence;
import dev.lifeboat.plan.Gate;
import dev.lifeboat.plan.LinkJob;
import dev.lifeboat.plan.Needs;
import dev.lifeboat.plan.Progress;
import dev.lifeboat.plan.Situation;
import dev.lifeboat.plan.Terms;
import dev.lifeboat.plan.Way;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/// A made-up doomed node: log-normal footprints around half a gigabyte, priorities from 1 to 1,000, one reserve
/// of 5, 10 or 20 seconds for each workload.
///
/// @param workloads how many run there
/// @param uplink that they share
/// @param window that the notice gives
record SyntheticNode(int workloads, ByteRate uplink, Duration window) {
    private static final double MEDIAN_BYTES = 5e8;
    private static final double OVERHEAD_MILLIS = 300;
    private static final int[] RESERVES = {5, 10, 20};
    private static final int SURVIVORS = 50;
    private static final int MOST_ROUNDS = 3;

    /// How much of each save has to be sent again in every further round.
    private static final double DIRTIED = 0.3;

    /// Of a final dump's forecast, p95 over p50 and p99 over p95.
    private static final double P50_SHARE = 0.75;

    private static final double P99_SHARE = 1.2;

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    List<LinkJob> jobs(long seed) {
        var random = new Random(seed);
        var jobs = new ArrayList<LinkJob>();
        for (int i = 0; i < workloads; i++) {
            long length = Math.round(
                    MEDIAN_BYTES * Math.exp(random.nextGaussian()) / uplink.bytesPerSecond() * 1000 + OVERHEAD_MILLIS);
            long reserve = RESERVES[random.nextInt(RESERVES.length)] * 1000L;
            jobs.add(new LinkJob(
                    1 + random.nextInt(1000), Math.max(0, window.toMillis() - reserve), List.of(Math.max(1, length))));
        }
        return jobs;
    }

    Situation situation(long seed) {
        List<LinkJob> jobs = jobs(seed);
        var candidates = new ArrayList<Candidate>();
        for (int i = 0; i < jobs.size(); i++) {
            candidates.add(candidate("w" + i, jobs.get(i)));
        }
        var offers = new ArrayList<CapacityOffer>();
        for (int i = 0; i < SURVIVORS; i++) {
            offers.add(offer("survivor-" + i, i));
        }
        return new Situation(
                new NodeName("doomed"),
                new GraceWindow(NOON.plus(window), Duration.ZERO),
                NOON,
                uplink,
                candidates,
                offers,
                List.of());
    }

    private Candidate candidate(String name, LinkJob job) {
        long millis = job.lengthsMillis().getFirst();
        var byRounds = new ArrayList<Estimate>();
        double total = millis;
        double last = millis;
        for (int rounds = 0; rounds <= MOST_ROUNDS; rounds++) {
            byRounds.add(new Estimate.Forecast(rounds, quantiles(total), quantiles(last), 100));
            last = last * DIRTIED + OVERHEAD_MILLIS;
            total += last;
        }
        var memory = new ByteCount(Math.round(millis / 1000.0 * uplink.bytesPerSecond()));
        return new Candidate(
                new Workload(
                        new WorkloadId("bench", name),
                        "StatefulSet",
                        "bench",
                        Map.of(),
                        new Footprint(memory, ByteCount.ZERO, 1)),
                new Terms(
                        job.value(),
                        null,
                        window.minusMillis(job.deadlineMillis()),
                        Confidence.P95,
                        Terms.WhenUnknown.NEXT_RUNG),
                Duration.ofMinutes(10),
                List.of(
                        new Way.Checkpoint("live", Gate.OPEN, byRounds, Duration.ofHours(1)),
                        new Way.Drain("clean-exit", Gate.OPEN, Duration.ofSeconds(5))),
                Needs.of(memory),
                Progress.WAITING);
    }

    private static Quantiles quantiles(double p95Millis) {
        return new Quantiles(
                Duration.ofMillis(Math.round(p95Millis * P50_SHARE)),
                Duration.ofMillis(Math.round(p95Millis)),
                Duration.ofMillis(Math.round(p95Millis * P99_SHARE)));
    }

    private static CapacityOffer offer(String name, int index) {
        return new CapacityOffer(
                new NodeName(name),
                index % 2 == 0 ? CapacityOffer.Kind.ON_DEMAND : CapacityOffer.Kind.SPOT,
                "m6i.4xlarge",
                "eu-west-1" + "abc".charAt(index % 3),
                null,
                ByteCount.ofMebi(8192),
                List.of(),
                Set.of(),
                index % 2 == 0 ? 0 : 0.1,
                Set.of(),
                0,
                CapacityOffer.Standing.ACCEPTING);
    }
}
