package dev.lifeboat.edge.replay;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.estimate.Estimator;
import dev.lifeboat.estimate.Observation;
import dev.lifeboat.estimate.Point;
import dev.lifeboat.estimate.Settings;
import dev.lifeboat.notice.GraceWindow;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.plan.Choice;
import dev.lifeboat.plan.Decision;
import dev.lifeboat.plan.Decisions;
import dev.lifeboat.plan.LinkJob;
import dev.lifeboat.plan.Progress;
import dev.lifeboat.plan.Question;
import dev.lifeboat.plan.Selection;
import dev.lifeboat.plan.Tenant;
import dev.lifeboat.policy.Policies;
import dev.lifeboat.policy.Subject;
import dev.lifeboat.policy.Trigger;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/// Lifeboat itself over a trace: the production estimator learns from nothing but what agents would report, and
/// the production planner decides. Beside it a clairvoyant that knows each transfer's true throughput.
final class Evacuations {
    private static final Instant START = Instant.EPOCH;
    private static final int MOST_ROUNDS = 3;
    private static final int SAMPLES = 8;
    private static final double[] AGES = {0.2, 0.6, 1.4, 3, 10, 30, 60};

    /// Background pre-dumps whose outcomes the estimator is told of, per workload and machine.
    private static final int LABELS = 5;

    private final Model model;
    private final Subject like;
    private final Policies policies;
    private final double every;
    private final Estimator estimator = new Estimator(Settings.DEFAULTS);
    private final Ledger ours = new Ledger("lifeboat");
    private final Ledger clairvoyant = new Ledger("clairvoyant");
    private final Map<Integer, Double> progress = new HashMap<>();

    /// @param like what each workload looks like to policies
    /// @param everySeconds between background pre-dumps; infinite for none
    Evacuations(Model model, Subject like, Policies policies, double everySeconds) {
        this.model = model;
        this.like = like;
        this.policies = policies;
        this.every = everySeconds;
    }

    /// @param pending bytes of the first stage
    /// @param rate of this save, which only the clairvoyant knows
    private record Plight(Stay stay, Workload workload, double pending, double rate, double unsaved) {}

    List<Ledger> play(List<List<Stay>> losses) {
        for (List<Stay> node : losses) {
            evacuate(node);
        }
        return List.of(ours, clairvoyant);
    }

    private void evacuate(List<Stay> node) {
        double until = node.getFirst().until();
        double window =
                Math.min((double) model.window().toSeconds(), node.getFirst().seconds());
        Instant now = at(until - window);
        var plights = new ArrayList<Plight>();
        for (Stay stay : node) {
            var random = new Random(model.seed() * 31 + stay.hashCode());
            Plight plight = plight(stay, random);
            plights.add(plight);
            learn(plight, now, random);
            for (Ledger ledger : List.of(ours, clairvoyant)) {
                ledger.send(background(stay));
                ledger.lose(until, rounds(stay) * model.pause().toMillis() / 1000.0);
            }
        }
        carryOut(Decisions.decide(question(plights, window, now)), plights, window, now);
        foresee(plights, window);
    }

    private Plight plight(Stay stay, Random random) {
        double total = progress.getOrDefault(stay.workload(), 0.0) + stay.seconds();
        double unsaved = Math.min(stay.seconds(), total % model.job().toSeconds());
        double age = Double.isInfinite(every) || stay.seconds() < every ? stay.seconds() : random.nextDouble() * every;
        double pending = Double.isInfinite(every) || stay.seconds() < every
                ? (double) model.memory().bytes()
                : model.dirty(age);
        return new Plight(stay, workload(stay.workload()), pending, model.rate(random), unsaved);
    }

    private Workload workload(int number) {
        return new Workload(
                new WorkloadId(like.id().namespace(), like.id().name() + "-" + number),
                like.ownerKind(),
                "replayed",
                like.labels(),
                new Footprint(model.memory(), ByteCount.ZERO, 1));
    }

    /// Wire bytes of the rounds before the notice: everything once, then what each interval dirtied.
    private double background(Stay stay) {
        double rounds = rounds(stay);
        return rounds == 0 ? 0 : model.ratio() * (model.memory().bytes() + (rounds - 1) * model.dirty(every));
    }

    private double rounds(Stay stay) {
        return Double.isInfinite(every) ? 0 : Math.floor(stay.seconds() / every);
    }

    /// What the agent reported before the notice.
    private void learn(Plight plight, Instant now, Random random) {
        var node = new NodeName(plight.stay().node());
        for (int i = 0; i < SAMPLES; i++) {
            var sent = new ByteCount(Math.round(model.rate(random) / 4));
            estimator.observe(new Observation.Sent(now.minusMillis(250L * i), node, sent, Duration.ofMillis(250)));
        }
        for (double age : AGES) {
            estimator.observe(new Observation.Dirtied(
                    now, plight.workload(), duration(age), new ByteCount(Math.round(model.dirty(age)))));
        }
        long raw = model.memory().bytes();
        estimator.observe(new Observation.Packed(
                now, plight.workload(), new ByteCount(raw), new ByteCount(Math.round(model.ratio() * raw))));
        for (int i = 0; i < Math.min(LABELS, rounds(plight.stay())); i++) {
            label(plight, i % (MOST_ROUNDS + 1), model.rate(random), now);
        }
    }

    /// A background round and the ones that would follow it are timed against what was predicted of them.
    private void label(Plight plight, int rounds, double rate, Instant now) {
        Model.Outcome outcome = model.save(model.dirty(every), rounds, rate);
        var pending = new ByteCount(Math.round(model.dirty(every)));
        point(plight, pending, rounds, now)
                .ifPresent(point -> estimator.observe(
                        new Observation.Saved(now, point, duration(outcome.durable()), duration(outcome.frozen()))));
    }

    private Optional<Point> point(Plight plight, ByteCount pending, int rounds, Instant now) {
        return estimator.point(subject(plight, pending), rounds, now);
    }

    private static dev.lifeboat.estimate.Subject subject(Plight plight, ByteCount pending) {
        return new dev.lifeboat.estimate.Subject(
                plight.workload(), new NodeName(plight.stay().node()), pending);
    }

    private Question question(List<Plight> plights, double window, Instant now) {
        var node = new NodeName(plights.getFirst().stay().node());
        return new Question(
                new Question.Home(node, "trace", null, model.uplink()),
                new Question.Warning(
                        Trigger.SpotInterruption,
                        new GraceWindow(now.plus(duration(window)), Duration.ZERO),
                        duration(window)),
                now,
                plights.stream().map(plight -> tenant(plight, now)).toList(),
                List.of(),
                List.of(),
                policies);
    }

    private Tenant tenant(Plight plight, Instant now) {
        var estimates = new ArrayList<Estimate>();
        var pending = new ByteCount(Math.round(plight.pending()));
        for (int rounds = 0; rounds <= MOST_ROUNDS; rounds++) {
            estimates.add(estimator.forecast(subject(plight, pending), rounds, now));
        }
        var subject = new Subject(
                plight.workload().id(),
                like.ownerKind(),
                like.ownerName(),
                like.labels(),
                like.namespaceLabels(),
                like.containers());
        return new Tenant(
                plight.workload(),
                subject,
                new Tenant.Health(true, duration(plight.stay().seconds()), 0, Map.of()),
                duration(plight.unsaved()),
                estimates,
                null,
                Set.of(),
                List.of(),
                Progress.WAITING);
    }

    private void carryOut(Decisions decisions, List<Plight> plights, double window, Instant now) {
        double clock = 0;
        for (Plight plight : plights) {
            boolean planned = decisions
                    .acts()
                    .of(plight.workload().id())
                    .map(decision -> decision.choice() instanceof Choice.Save)
                    .orElse(false);
            if (!planned) {
                miss(ours, plight);
            }
        }
        for (Decision decision : decisions.acts().decisions()) {
            if (decision.choice() instanceof Choice.Save save) {
                Plight plight = plights.stream()
                        .filter(one -> one.workload().id().equals(decision.workload()))
                        .findFirst()
                        .orElseThrow();
                Model.Outcome outcome = model.save(plight.pending(), save.rounds(), plight.rate());
                clock += outcome.durable();
                settle(plight, outcome, clock <= window, save.rounds(), now);
                clock = Math.min(clock, window);
            }
        }
    }

    private void settle(Plight plight, Model.Outcome outcome, boolean inTime, int rounds, Instant now) {
        var pending = new ByteCount(Math.round(plight.pending()));
        var point = point(plight, pending, rounds, now);
        ours.send(outcome.bytes());
        if (inTime) {
            meet(ours, plight, outcome.frozen());
            progress.merge(plight.stay().workload(), plight.stay().seconds(), Double::sum);
            point.ifPresent(it -> estimator.observe(
                    new Observation.Saved(now, it, duration(outcome.durable()), duration(outcome.frozen()))));
        } else {
            miss(ours, plight);
            point.ifPresent(it -> estimator.observe(new Observation.CutOff(now, it)));
        }
    }

    /// Knows every throughput: saves the most work that can be saved, then takes the rounds that make freezes
    /// short.
    private void foresee(List<Plight> plights, double window) {
        List<LinkJob> jobs = plights.stream()
                .map(plight -> new LinkJob(Math.max(1e-6, plight.unsaved()), (long) (window * 1000), List.of((long)
                        Math.ceil(model.save(plight.pending(), 0, plight.rate()).durable() * 1000))))
                .toList();
        Selection selection = Selection.best(jobs);
        double left = window;
        for (int i = 0; i < jobs.size(); i++) {
            left -= selection.ways().get(i) == Selection.LEFT_OUT
                    ? 0
                    : model.save(plights.get(i).pending(), 0, plights.get(i).rate())
                            .durable();
        }
        for (int i = 0; i < jobs.size(); i++) {
            Plight plight = plights.get(i);
            if (selection.ways().get(i) == Selection.LEFT_OUT) {
                miss(clairvoyant, plight);
                continue;
            }
            Model.Outcome plain = model.save(plight.pending(), 0, plight.rate());
            Model.Outcome best = plain;
            for (int rounds = 1; rounds <= MOST_ROUNDS; rounds++) {
                Model.Outcome more = model.save(plight.pending(), rounds, plight.rate());
                best = more.durable() - plain.durable() <= left && more.frozen() < best.frozen() ? more : best;
            }
            left -= best.durable() - plain.durable();
            clairvoyant.send(best.bytes());
            meet(clairvoyant, plight, best.frozen());
        }
    }

    private void meet(Ledger ledger, Plight plight, double frozen) {
        ledger.meet();
        ledger.lose(plight.stay().until(), frozen + model.restore());
    }

    private static void miss(Ledger ledger, Plight plight) {
        ledger.miss();
        ledger.lose(plight.stay().until(), plight.unsaved());
    }

    private static Instant at(double seconds) {
        return START.plusNanos(Math.round(seconds * 1e9));
    }

    private static Duration duration(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }
}
