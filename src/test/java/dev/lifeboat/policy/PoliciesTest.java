package dev.lifeboat.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.policy.PolicyId.Kind;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PoliciesTest {
    private static final Instant MONDAY = Instant.parse("2026-11-02T08:00:00Z");
    private static final Instant TUESDAY = Instant.parse("2026-11-03T08:00:00Z");
    private static final Subject REDIS = new Subject(
            WorkloadId.parse("shop/cart-redis-0"),
            "StatefulSet",
            "cart-redis",
            Map.of("app", "redis"),
            Map.of("tier", "web"),
            List.of("redis", "exporter"));

    @Test
    void theHighestPriorityDecidesAndTheOthersAreConflicted() {
        Policy low = policy("low", MONDAY, 100, null);
        Policy high = policy("high", TUESDAY, 900, null);

        var binding = new Policies(List.of(low, high)).of(REDIS).orElseThrow();

        assertThat(binding.policy()).isEqualTo(high);
        assertThat(binding.conflicted()).containsExactly(low.id());
    }

    @Test
    void amongEqualsTheOldestDecides() {
        Policy young = policy("a", TUESDAY, 500, null);
        Policy old = policy("b", MONDAY, 500, null);

        var binding = new Policies(List.of(young, old)).of(REDIS).orElseThrow();

        assertThat(binding.policy()).isEqualTo(old);
    }

    @Test
    void aPolicyOfAnotherNamespaceHasNoSay() {
        Policy foreign = new Policy(new PolicyId(Kind.EvacuationPolicy, "bank", "p"), MONDAY, spec(500, null));

        assertThat(new Policies(List.of(foreign)).of(REDIS)).isEmpty();
    }

    @Test
    void guardrailsHoldWhateverAPolicySays() {
        var strict = new Guardrails(
                Mode.Observe,
                0.99,
                Duration.ofSeconds(30),
                400,
                Duration.ofSeconds(2),
                5,
                2,
                Duration.ofHours(1),
                List.of());
        var cluster = new Policy(new PolicyId(Kind.ClusterEvacuationPolicy, "", "rails"), MONDAY, spec(0, strict));
        Policy greedy = policy("greedy", MONDAY, 900, null);
        var policies = new Policies(List.of(greedy, cluster));

        Spec held = policies.of(REDIS).orElseThrow().policy().spec();

        assertThat(held.mode()).isEqualTo(Mode.Observe);
        assertThat(held.value().priority()).isEqualTo(400);
        assertThat(held.window().confidence()).isEqualTo(0.99);
        assertThat(held.window().reserve()).isEqualTo(Duration.ofSeconds(30));
        assertThat(held.ladder().getFirst().action())
                .isInstanceOfSatisfying(
                        Action.Checkpoint.class,
                        checkpoint -> assertThat(checkpoint.maxFreeze()).isEqualTo(Duration.ofSeconds(2)));
        assertThat(strict.brokenBy(greedy))
                .containsExactly(
                        "spec.mode",
                        "spec.value.priority",
                        "spec.window.reserve",
                        "spec.window.confidence",
                        "spec.ladder[0].checkpoint.maxFreeze",
                        "spec.retention.ttl",
                        "spec.budget.maxConcurrent",
                        "spec.budget.maxConcurrentPerNode");
        assertThat(strict.brokenBy(policies.held(greedy))).isEmpty();
    }

    @Test
    void aStoreThatTheClusterForbidsIsOnlyObserved() {
        var rails = new Guardrails(
                Mode.Enforce,
                0.5,
                Duration.ZERO,
                1000,
                Duration.ofHours(1),
                10,
                10,
                Duration.ofDays(1),
                List.of("approved"));

        assertThat(rails.hold(policy("p", MONDAY, 1, null)).spec().mode()).isEqualTo(Mode.Observe);
    }

    @Test
    void namesMatchWithWildcards() {
        assertThat(Glob.matches("cfd-*", "cfd-7")).isTrue();
        assertThat(Glob.matches("*-re?is", "cart-redis")).isTrue();
        assertThat(Glob.matches("cfd-*", "cf-7")).isFalse();
        assertThat(Glob.matches("a*b*c", "aXbXXc")).isTrue();
        assertThat(Glob.matches("a*b*c", "aXbXX")).isFalse();
    }

    @Test
    void aPodLackingANamedContainerIsNotCovered() {
        var match = new Match(List.of(), null, null, List.of("sidecar"), List.of());

        assertThat(match.selects(REDIS)).isFalse();
    }

    @Test
    void anExcludedOwnerIsNotCovered() {
        var owner = new Match.Owner("StatefulSet", "cart-*");

        assertThat(new Match(List.of(owner), null, null, List.of(), List.of(owner)).selects(REDIS))
                .isFalse();
    }

    @Test
    void expressionsSelectAsKubernetesDoes() {
        assertThat(selects(Selector.Operator.In, "redis")).isTrue();
        assertThat(selects(Selector.Operator.NotIn, "redis")).isFalse();
        assertThat(selects(Selector.Operator.Exists)).isTrue();
        assertThat(selects(Selector.Operator.DoesNotExist)).isFalse();
    }

    private static boolean selects(Selector.Operator operator, String... values) {
        var expression = new Selector.Expression("app", operator, List.of(values));
        return new Selector(Map.of(), List.of(expression)).selects(REDIS.labels());
    }

    private static Policy policy(String name, Instant created, int priority, @Nullable Guardrails guardrails) {
        return new Policy(new PolicyId(Kind.EvacuationPolicy, "shop", name), created, spec(priority, guardrails));
    }

    private static Spec spec(int priority, @Nullable Guardrails guardrails) {
        var checkpoint =
                new Action.Checkpoint(Action.CheckpointMode.Incremental, Duration.ofSeconds(10), Action.Tcp.Close);
        return new Spec(
                Mode.Enforce,
                new Match(List.of(new Match.Owner("StatefulSet", "*")), null, null, List.of("redis"), List.of()),
                Set.of(Trigger.SpotInterruption),
                new Value(priority, 1),
                new Window(Duration.ofSeconds(10), 0.95, Window.OnOverrun.NextRung, Map.of()),
                List.of(
                        new Rung("live", checkpoint, null, Hooks.NONE),
                        new Rung("out", new Action.Drain(Duration.ofSeconds(20)), null, Hooks.NONE)),
                null,
                null,
                null,
                new Target(
                        List.of(Target.CapacityType.SPOT),
                        Target.Topology.PreferSameZone,
                        Map.of(),
                        new Target.CpuMatch(Target.Compatibility.Strict, List.of(), Set.of()),
                        new Target.Devices(true)),
                new Restore(Duration.ofMinutes(1), Restore.Fallback.ColdStart, false, null),
                new Store("s3", new Store.Encryption("key")),
                new Retention(1, Duration.ofDays(1), Retention.OnSuccess.Keep),
                new Budget(100, 10, ByteCount.ofMebi(1024)),
                guardrails);
    }
}
