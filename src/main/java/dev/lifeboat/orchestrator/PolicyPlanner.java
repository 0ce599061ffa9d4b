package dev.lifeboat.orchestrator;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.Planned;
import dev.lifeboat.migration.StandingOrders.Keeping;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.plan.Capacity;
import dev.lifeboat.plan.Choice.Slot;
import dev.lifeboat.plan.Circumstances;
import dev.lifeboat.plan.Decision;
import dev.lifeboat.plan.Decisions;
import dev.lifeboat.plan.EvacuationPlan;
import dev.lifeboat.plan.Explanation;
import dev.lifeboat.plan.Needs;
import dev.lifeboat.plan.Question;
import dev.lifeboat.plan.Tenant;
import dev.lifeboat.policy.Action;
import dev.lifeboat.policy.Mode;
import dev.lifeboat.policy.Rung;
import dev.lifeboat.policy.Subject;
import dev.lifeboat.workload.Arrival;
import dev.lifeboat.workload.Condition;
import dev.lifeboat.workload.Connections;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Chooses with the production planner ([Decisions], which what-if asks too), from policies and from what saves have
/// taught. Keeps nothing: what it knows comes with each occasion and from [Hindsight].
public final class PolicyPlanner implements Planner {
    private final Terms terms;
    private final Supplier<Hindsight> hindsight;

    public PolicyPlanner(Terms terms, Supplier<Hindsight> hindsight) {
        this.terms = terms;
        this.hindsight = hindsight;
    }

    @Override
    public Drawn draw(Occasion occasion) {
        Inquiry inquiry = new Inquiry(terms, hindsight.get(), occasion);
        Question question = inquiry.question();
        EvacuationPlan standing = occasion.isFirst() ? null : standing(occasion, inquiry.givenUp(), question);
        Decisions decisions = standing == null ? Decisions.decide(question) : Decisions.redecide(question, standing);
        return new Drawn(new Choices(inquiry, question, decisions).all(), evidence(question, standing, decisions));
    }

    @Override
    public Needs needs(Workload workload, NodeName home, View view) {
        Capacity capacity = view.capacity(home);
        String zone = capacity == null ? "" : capacity.zone();
        View.Seen seen = view.nodes().get(home);
        Condition condition = seen == null
                ? Condition.unknown(workload.id())
                : seen.heartbeat().condition(workload.id());
        Needs needs = Planner.super.needs(workload, home, view).within(condition.volumeZones());
        return terms.policies()
                .of(Subject.of(workload, workload.id().name()))
                .map(binding -> binding.policy().spec())
                .map(spec -> needs.under(spec.target(), zone, condition.devices())
                        .arriving(spec.restore().lazy() ? Arrival.LAZY : Arrival.WHOLE))
                .orElse(needs);
    }

    /// By the first rung that saves: an agent knows the answer before it knows the rung.
    @Override
    public Connections connections(Workload workload) {
        return terms.policies()
                .of(Subject.of(workload, workload.id().name()))
                .flatMap(binding -> binding.policy().spec().ladder().stream()
                        .map(Rung::action)
                        .filter(Action.Checkpoint.class::isInstance)
                        .map(action -> ((Action.Checkpoint) action).tcp().connections())
                        .findFirst())
                .orElse(Connections.REFUSE);
    }

    /// Where nothing is to be touched nothing is frozen either.
    @Override
    public Optional<Keeping> keeping(Workload workload) {
        return terms.policies()
                .of(Subject.of(workload, workload.id().name()))
                .map(binding -> binding.policy().spec())
                .filter(spec -> spec.mode() == Mode.Enforce)
                .flatMap(spec -> Optional.ofNullable(spec.background())
                        .map(asked -> new Keeping(
                                workload.id(), asked, spec.retention().keepLast())));
    }

    @Override
    public Optional<String> key(Workload workload) {
        return terms.policies()
                .of(Subject.of(workload, workload.id().name()))
                .map(binding -> binding.policy().spec().store())
                .map(store -> store.encryption().kms());
    }

    @Override
    public List<Paced> paces(View view, Instant now) {
        return Paces.of(view, hindsight.get(), terms.policies(), now);
    }

    /// The plan as it is being carried out. Its times are not kept: drawing anew moves them anyway.
    private static EvacuationPlan standing(Occasion occasion, List<Aboard> givenUp, Question question) {
        var decisions = new ArrayList<Decision>();
        for (Aboard aboard : occasion.aboard()) {
            if (aboard.migration() != null) {
                decisions.add(held(
                        aboard.workload().id(), aboard.migration().subject().planned()));
            }
        }
        givenUp.forEach(aboard -> decisions.add(held(aboard.workload().id(), Planned.NOTHING)));
        return new EvacuationPlan(
                occasion.reclaim().node(),
                occasion.now(),
                question.warning().window().remaining(occasion.now()),
                decisions);
    }

    private static Decision held(WorkloadId workload, Planned planned) {
        var unknown = new Estimate.Unknown(Estimate.UnknownReason.NOTHING_MEASURED);
        var slot = new Slot(Duration.ZERO, Duration.ZERO, Duration.ZERO);
        dev.lifeboat.plan.Choice choice = planned.hasTurn()
                ? new dev.lifeboat.plan.Choice.Save(planned.rung(), planned.rounds(), unknown, slot, null)
                : new dev.lifeboat.plan.Choice.LetGo(planned.rung(), Duration.ZERO);
        return new Decision(workload, choice, List.of());
    }

    private static List<JournalEvent.OfPlan> evidence(
            Question question, @Nullable EvacuationPlan standing, Decisions decisions) {
        NodeName node = question.home().node();
        var evidence = new ArrayList<JournalEvent.OfPlan>();
        evidence.add(new JournalEvent.PlanDrawn(
                node,
                question.now(),
                Circumstances.of(question, decisions.acts().decisions()),
                standing));
        Map<WorkloadId, Explanation> explanations = decisions.explanations();
        for (Tenant tenant : question.tenants()) {
            Explanation explanation = explanations.get(tenant.workload().id());
            if (explanation != null) {
                evidence.add(new JournalEvent.DecisionExplained(node, question.now(), tenant, explanation));
            }
        }
        return evidence;
    }
}
