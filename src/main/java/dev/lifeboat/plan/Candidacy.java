package dev.lifeboat.plan;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.estimate.Quantiles;
import dev.lifeboat.policy.Action;
import dev.lifeboat.policy.Condition;
import dev.lifeboat.policy.Facts;
import dev.lifeboat.policy.Group;
import dev.lifeboat.policy.Policy;
import dev.lifeboat.policy.Rung;
import dev.lifeboat.policy.Spec;
import dev.lifeboat.workload.Obstruction;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Puts one workload before the planner as its policy has it.
final class Candidacy {
    /// What forbids a checkpoint is no condition of the policy's.
    private static final String CHECKPOINTABLE = "nothing in it that CRIU cannot dump";

    private final Question question;
    private final Tenant tenant;
    private final Policy policy;
    private final Spec spec;

    Candidacy(Question question, Tenant tenant, Policy policy) {
        this.question = question;
        this.tenant = tenant;
        this.policy = policy;
        this.spec = policy.spec();
    }

    Candidate candidate() {
        return new Candidate(
                tenant.workload(),
                terms(),
                tenant.unsaved(),
                spec.ladder().stream().map(this::way).toList(),
                needs(),
                tenant.progress());
    }

    /// A rung without a forecast is tried last unless its `when` asks for the estimate, which cannot be decided then.
    private Terms terms() {
        return new Terms(
                spec.value().worth(),
                group(),
                reserve(),
                new Confidence(spec.window().confidence()),
                Terms.WhenUnknown.TRY_LAST);
    }

    private Duration reserve() {
        return spec.window().keptBack(question.warning().total());
    }

    @Nullable
    GroupKey group() {
        Group group = spec.group();
        if (group == null || group.consistency() == Group.Consistency.BestEffort) {
            return null;
        }
        return group.by()
                .key(facts(tenant.estimates().getFirst()))
                .map(key -> new GroupKey(policy.id() + "/" + key))
                .orElse(null);
    }

    private Way way(Rung rung) {
        return switch (rung.action()) {
            case Action.Checkpoint checkpoint ->
                new Way.Checkpoint(
                        rung.name(),
                        tenant.obstructions() == null
                                ? gate(rung, tenant.estimates().getFirst())
                                : new Gate.Closed(CHECKPOINTABLE, seen(tenant.obstructions())),
                        checkpoint.mode() == Action.CheckpointMode.Full
                                ? tenant.estimates().subList(0, 1)
                                : tenant.estimates(),
                        checkpoint.maxFreeze(),
                        tenant.bears());
            case Action.AppHook hook -> new Way.Hook(rung.name(), gate(rung, hookEstimate(hook)), hookEstimate(hook));
            case Action.Drain drain ->
                new Way.Drain(rung.name(), gate(rung, tenant.estimates().getFirst()), drain.gracePeriod());
            case Action.Ignore _ ->
                new Way.Ignore(rung.name(), gate(rung, tenant.estimates().getFirst()));
        };
    }

    private static String seen(List<Obstruction> obstructions) {
        return obstructions.stream().map(Obstruction::toString).collect(Collectors.joining("; "));
    }

    /// Measured where it was; otherwise its timeout, past which it has failed for certain.
    private Estimate hookEstimate(Action.AppHook hook) {
        Estimate measured = tenant.hook();
        if (measured != null) {
            return measured;
        }
        var bound = new Quantiles(hook.timeout(), hook.timeout(), hook.timeout());
        return new Estimate.Forecast(0, bound, new Quantiles(Duration.ZERO, Duration.ZERO, Duration.ZERO), 0);
    }

    private Gate gate(Rung rung, Estimate estimate) {
        Condition when = rung.when();
        if (when == null) {
            return Gate.OPEN;
        }
        return switch (when.test(facts(estimate))) {
            case Condition.Verdict.Holds _ -> Gate.OPEN;
            case Condition.Verdict.Fails fails -> new Gate.Closed(when.source(), fails.seen());
            case Condition.Verdict.Undecided undecided -> new Gate.Closed(when.source(), undecided.why());
        };
    }

    private Facts facts(Estimate estimate) {
        var id = tenant.workload().id();
        var subject = tenant.subject();
        var health = tenant.health();
        Duration usable = question.warning().window().remaining(question.now()).minus(reserve());
        return new Facts(
                new Facts.Workload(
                        subject.ownerKind(), subject.ownerName(), id.namespace(), health.ready(), health.runningFor()),
                new Facts.Pod(id.name(), health.restarts(), subject.containers().size()),
                known(estimate),
                new Facts.Window(
                        usable.isNegative() ? Duration.ZERO : usable,
                        question.warning().total(),
                        question.warning().trigger()),
                new Facts.Checkpoint(tenant.workload().footprint().resident(), tenant.unsaved()),
                new Facts.Metadata(id.name(), id.namespace(), subject.labels(), health.annotations()));
    }

    private static Facts.@Nullable Estimate known(Estimate estimate) {
        return estimate instanceof Estimate.Forecast forecast
                ? new Facts.Estimate(
                        forecast.durable().p50(),
                        forecast.durable().p95(),
                        forecast.durable().p99(),
                        forecast.frozen().p95())
                : null;
    }

    private Needs needs() {
        return Needs.from(question.home().host(), tenant.workload().footprint().resident())
                .within(tenant.volumeZones())
                .under(spec.target(), question.home().zone(), tenant.devices());
    }
}
