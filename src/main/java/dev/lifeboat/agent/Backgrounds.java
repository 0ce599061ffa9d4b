package dev.lifeboat.agent;

import dev.lifeboat.agent.Background.Attempt;
import dev.lifeboat.agent.Background.Result;
import dev.lifeboat.checkpoint.BackgroundCheckpoint;
import dev.lifeboat.migration.StandingOrders.Keeping;
import dev.lifeboat.policy.Ready;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Which workloads are to be checkpointed while they run on, and what came of it. All that is known
/// is in memory: a restarted agent begins anew, with one at once.
final class Backgrounds {
    /// Between two questions to a workload that is not ready.
    private static final Duration ASK_AGAIN = Duration.ofSeconds(2);

    private final Station station;
    private final Background background;
    private final Gauge gauge;
    private final Map<WorkloadId, Standing> standings = new HashMap<>();

    Backgrounds(Station station, Background background, Gauge gauge) {
        this.station = station;
        this.background = background;
        this.gauge = gauge;
    }

    /// One life of a workload.
    private static final class Standing {
        private final long pid;
        private @Nullable Duration began;
        private @Nullable Duration askedAt;
        private @Nullable Duration unreadySince;
        private boolean saidLate;
        private @Nullable BackgroundCheckpoint newest;

        /// When `newest` had the age that it says.
        private Duration newestAt = Duration.ZERO;

        Standing(long pid) {
            this.pid = pid;
        }
    }

    /// Those whose time has come, and that are ready; none on a node that is to be emptied or taken.
    Set<WorkloadId> due(List<Evacuee> running) throws InterruptedException {
        forgetOthers(running);
        var due = new HashSet<WorkloadId>();
        for (Evacuee evacuee : running) {
            WorkloadId workload = evacuee.workload().id();
            Keeping keeping = background.wanted().apply(workload).orElse(null);
            if (keeping != null
                    && !station.fate().sealed(station.now())
                    && station.fillings().isWhole(workload)
                    && isDue(standing(evacuee), keeping)
                    && isReady(evacuee, keeping.how().when())) {
                due.add(workload);
            }
        }
        return due;
    }

    /// One of it right now; empty when its policy does not ask for any more.
    Optional<BackgroundSave> begin(Workload workload) {
        return station.workloads()
                .find(workload.id())
                .flatMap(evacuee -> background.wanted().apply(workload.id()).map(keeping -> begin(evacuee, keeping)));
    }

    private synchronized BackgroundSave begin(Evacuee evacuee, Keeping keeping) {
        standing(evacuee).began = gauge.elapsed();
        return new BackgroundSave(evacuee, keeping, station, gauge);
    }

    /// To its end.
    void run(BackgroundSave save) throws InterruptedException {
        ended(save, save.run());
    }

    /// It has ended for a reason that nobody thought of.
    void broken(BackgroundSave save, RuntimeException why) {
        ended(
                save,
                new Attempt(
                        save.evacuee().workload(), Result.DUMP_FAILED, Duration.ZERO, Duration.ZERO, why.toString()));
    }

    /// Removes what has had its day, once there is something newer. One more than the policy keeps
    /// stays until the next is complete: whoever plans may not have heard of the newest yet.
    void retire(BackgroundSave save) {
        if (save.taken() != null) {
            try {
                WorkloadId workload = save.evacuee().workload().id();
                station.store().retire(workload, station.host().node(), save.last() + 1);
            } catch (StoreFailed _) {
                // They stay until the next one is complete.
            }
        }
    }

    private void ended(BackgroundSave save, Attempt attempt) {
        keep(save, attempt);
        background.told().accept(attempt);
    }

    private synchronized void keep(BackgroundSave save, Attempt attempt) {
        Standing standing = standing(save.evacuee());
        BackgroundCheckpoint taken = save.taken();
        if (taken != null) {
            standing.newest = taken;
            standing.newestAt = gauge.elapsed();
        }
        if (attempt.result() == Result.CUT_OFF) {
            standing.began = null;
        }
    }

    /// The newest complete one of each workload that runs here.
    synchronized List<BackgroundCheckpoint> newest(List<Evacuee> running) {
        return running.stream().map(this::newest).filter(Objects::nonNull).toList();
    }

    private @Nullable BackgroundCheckpoint newest(Evacuee evacuee) {
        Standing standing = standings.get(evacuee.workload().id());
        return standing == null || standing.pid != evacuee.pid() || standing.newest == null
                ? null
                : standing.newest.later(gauge.elapsed().minus(standing.newestAt));
    }

    /// What was restored, or started anew, owes nothing to what ran here before under its name.
    private synchronized Standing standing(Evacuee evacuee) {
        return standings.compute(
                evacuee.workload().id(),
                (_, known) -> known == null || known.pid != evacuee.pid() ? new Standing(evacuee.pid()) : known);
    }

    private synchronized boolean isDue(Standing standing, Keeping keeping) {
        Duration now = gauge.elapsed();
        Duration began = standing.began;
        return (began == null || now.minus(began).compareTo(keeping.how().every()) >= 0)
                && (standing.askedAt == null || now.minus(standing.askedAt).compareTo(ASK_AGAIN) >= 0);
    }

    private boolean isReady(Evacuee evacuee, @Nullable Ready when) throws InterruptedException {
        if (when == null) {
            return true;
        }
        Optional<String> lack = background.readiness().lack(evacuee, when);
        heard(evacuee, when, lack.orElse(null)).ifPresent(background.told());
        return lack.isEmpty();
    }

    private synchronized Optional<Attempt> heard(Evacuee evacuee, Ready when, @Nullable String lack) {
        Standing standing = standing(evacuee);
        Duration now = gauge.elapsed();
        if (lack == null) {
            standing.askedAt = null;
            standing.unreadySince = null;
            standing.saidLate = false;
            return Optional.empty();
        }
        standing.askedAt = now;
        Duration since = standing.unreadySince == null ? now : standing.unreadySince;
        standing.unreadySince = since;
        if (standing.saidLate || now.minus(since).compareTo(when.timeout()) < 0) {
            return Optional.empty();
        }
        standing.saidLate = true;
        return Optional.of(new Attempt(evacuee.workload(), Result.NOT_READY, Duration.ZERO, now.minus(since), lack));
    }

    private synchronized void forgetOthers(List<Evacuee> running) {
        standings
                .keySet()
                .retainAll(
                        running.stream().map(evacuee -> evacuee.workload().id()).collect(Collectors.toSet()));
    }
}
