package dev.lifeboat.orchestrator;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.estimate.Estimator;
import dev.lifeboat.estimate.Observation;
import dev.lifeboat.estimate.Remainder;
import dev.lifeboat.estimate.Settings;
import dev.lifeboat.estimate.Subject;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.orchestrator.Planner.Aboard;
import dev.lifeboat.orchestrator.Planner.Occasion;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.Means;
import dev.lifeboat.workload.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How long saves from one doomed node take, by what is known right now.
///
/// @param slowdown by what other nodes send into the same store; 1 for none
record Reckoning(Estimator estimator, Occasion occasion, NodeName node, double slowdown) {
    static Reckoning of(Hindsight hindsight, Occasion occasion) {
        return new Reckoning(
                taught(hindsight, occasion), occasion, occasion.reclaim().node(), 1);
    }

    Reckoning slowed(double times) {
        return new Reckoning(estimator, occasion, node, times);
    }

    /// What was learned, and what the bytes say right now: the last word is that of the saves under way.
    private static Estimator taught(Hindsight hindsight, Occasion occasion) {
        var estimator = new Estimator(Settings.DEFAULTS, hindsight.learned());
        NodeName node = occasion.reclaim().node();
        View.Seen seen = occasion.view().nodes().get(node);
        if (seen != null) {
            Experience.observe(estimator, node, seen.heartbeat().uplink(), occasion.now());
        }
        for (Aboard aboard : occasion.aboard()) {
            if (aboard.isSaving() && aboard.flow() != null) {
                boolean ahead = occasion.view()
                                .condition(node, aboard.workload().id(), occasion.now())
                                .copiedAgo()
                        != null;
                aboard.flow().steps().forEach(step -> estimator.observe(sent(step, node, ahead)));
            }
        }
        return estimator;
    }

    /// Of a save that finds its pages in the store the link stands idle most of the time: what counts
    /// is how fast the rest went. Of any other what counts is the whole, packing included.
    private static Observation.Sent sent(Flow.Step step, NodeName node, boolean ahead) {
        Duration sending = step.sending();
        Duration elapsed = ahead && sending != null ? sending : step.elapsed();
        return new Observation.Sent(step.at(), node, step.wire(), elapsed);
    }

    /// What is left of a save under way.
    ///
    /// @param staged with the rounds that are still planned
    /// @param frozenNow without any more of them
    record Rest(Estimate staged, Estimate frozenNow) {
        /// Rounds are given up before the save is.
        Estimate best(Inquiry.Limit limit) {
            boolean fits = staged instanceof Estimate.Forecast forecast
                    && limit.confidence().of(forecast.durable()).compareTo(limit.left()) <= 0;
            return fits ? staged : frozenNow;
        }
    }

    Rest rest(Aboard aboard) {
        Workload workload = aboard.workload();
        Flow flow = aboard.flow();
        Subject whole = whole(workload);
        Subject rest = unread(workload, whole, flow);
        int planned = aboard.migration() == null
                ? 0
                : aboard.migration().subject().planned().rounds();
        int ahead = Math.max(0, planned - (flow == null ? 0 : flow.rounds()));
        if (ahead == 0) {
            Estimate last = straight(rest);
            return new Rest(last, last);
        }
        Estimate now = straight(frozenNow(workload, whole, rest, flow));
        return new Rest(
                least(shared(rest, ahead, estimator.forecast(rest, ahead, occasion.now())), heldBack(now)), now);
    }

    /// Rounds can be cut off at any time, and what they have sent by then counts. So they may go on as
    /// long as the final dump alone fits with some time to spare, whatever becomes of them.
    private static Estimate heldBack(Estimate frozenNow) {
        return frozenNow instanceof Estimate.Forecast forecast ? forecast.slowed(TO_SPARE) : frozenNow;
    }

    /// A forecast moves by a tenth from one look to the next where the link jitters.
    private static final double TO_SPARE = 1.25;

    private static Estimate least(Estimate one, Estimate other) {
        boolean isLess = one instanceof Estimate.Forecast it
                && (!(other instanceof Estimate.Forecast that)
                        || it.durable().p95().compareTo(that.durable().p95()) <= 0);
        return isLess ? one : other;
    }

    /// What has not been read yet is still to be carried, as far as it does not lie in the store; what
    /// lies in the agent's buffers is small against it.
    private Subject unread(Workload workload, Subject whole, @Nullable Flow flow) {
        double resident = Math.max(1, workload.footprint().resident().bytes());
        double read = flow == null ? 0 : flow.read().bytes();
        double unread = Math.max(0, 1 - read / resident);
        return new Subject(
                workload, node, new ByteCount((long) (unread * whole.pending().bytes())));
    }

    /// In the middle of a round: what it has not read, and what was written since it began.
    private Subject frozenNow(Workload workload, Subject whole, Subject rest, @Nullable Flow flow) {
        if (flow == null) {
            return whole;
        }
        Duration age = atLeast(Duration.between(flow.stageAt(), flow.at()));
        if (!(estimator.remainder(workload, node, age, occasion.now()) instanceof Remainder.Known written)) {
            return whole;
        }
        long carried = rest.pending().plus(written.p95()).bytes();
        return new Subject(
                workload, node, new ByteCount(Math.min(carried, whole.pending().bytes())));
    }

    /// For 0, 1, 2 … rounds, as far as anything is known of them.
    List<Estimate> estimates(Subject whole, int most) {
        var estimates = new ArrayList<Estimate>(List.of(straight(whole)));
        for (int rounds = 1; rounds <= most; rounds++) {
            Estimate next = staged(whole, rounds);
            if (next instanceof Estimate.Unknown) {
                break;
            }
            estimates.add(next);
        }
        return estimates;
    }

    /// Without rounds.
    Estimate straight(Subject subject) {
        return shared(subject, 0, estimator.forecast(subject, 0, occasion.now()));
    }

    /// What outcomes say of it; where that is nothing, or more than the bound that one round keeps in
    /// any case, that.
    private Estimate staged(Subject whole, int rounds) {
        Estimate known = estimator.forecast(whole, rounds, occasion.now());
        return shared(whole, rounds, rounds > 1 ? known : least(known, estimator.tried(whole, occasion.now())));
    }

    private Estimate shared(Subject subject, int rounds, Estimate alone) {
        if (!(alone instanceof Estimate.Forecast forecast)) {
            return alone;
        }
        Estimate.Forecast likely = slowdown > 1 ? forecast.slowed(slowdown) : forecast;
        return isByDisk(subject, rounds) ? likely.delayed(BY_DISK) : likely;
    }

    /// Whether it goes by a disk, and only saves that do not vouch for how long it takes.
    private boolean isByDisk(Subject subject, int rounds) {
        return !occasion.view().can(node, Means.Ability.STREAM)
                && !estimator.isVouchedForByItsClass(subject, rounds, occasion.now());
    }

    /// What is not streamed is written and read once more before it goes, by a disk at least as
    /// fast as the link; it stands still for the first of the two. So such saves begin sooner, or
    /// are not begun, until enough have ended.
    private static final double BY_DISK = 2;

    /// What a save has to carry, begun now: at p95 what was dirtied since the last round where it was
    /// copied ahead, and as fast as it is known to be; all of it otherwise.
    Subject whole(Workload workload) {
        Duration ago =
                occasion.view().condition(node, workload.id(), occasion.now()).copiedAgo();
        if (ago != null
                && occasion.view().can(node, Means.Ability.INCREMENTAL)
                && estimator.remainder(workload, node, atLeast(ago), occasion.now()) instanceof Remainder.Known known) {
            return new Subject(workload, node, known.p95());
        }
        return Subject.cold(workload, node);
    }

    private static Duration atLeast(Duration ago) {
        return ago.compareTo(YOUNGEST) < 0 ? YOUNGEST : ago;
    }

    /// A dirty curve begins there.
    private static final Duration YOUNGEST = Duration.ofMillis(200);

    /// Whether some of it lies in the store.
    boolean isAhead(Subject subject) {
        return subject.pending().compareTo(subject.workload().footprint().resident()) < 0;
    }
}
