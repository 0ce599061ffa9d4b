package dev.lifeboat.policy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Limits that a cluster's operators set on everybody's policies. Where a policy goes further, the limit holds.
public record Guardrails(
        @Key(value = "The furthest that any policy may go.", standard = "Enforce")
        Mode maxMode,

        @Key(value = "The lowest `window.confidence`.", standard = "0.5", least = "0.5", most = "0.999")
        double minConfidence,

        @Key(value = "The shortest `window.reserve`.", standard = "0s", least = "0s", most = "1h")
        Duration minReserve,

        @Key(value = "The highest `value.priority`.", standard = "1000", least = "0", most = "1000")
        int maxPriority,

        @Key(value = "The longest `checkpoint.maxFreeze`.", standard = "1h", least = "10ms", most = "1h")
        Duration maxFreeze,

        @Key(value = "The largest `budget.maxConcurrent`.", standard = "10000", least = "1", most = "10000")
        int maxConcurrent,

        @Key(value = "The largest `budget.maxConcurrentPerNode`.", standard = "1000", least = "1", most = "1000")
        int maxConcurrentPerNode,

        @Key(value = "The longest `retention.ttl`.", standard = "8760h", least = "1m", most = "8760h")
        Duration maxTtl,

        @Key(value = "Stores that may be used; empty for any.", standard = "[]", text = Text.NAME)
        List<String> stores) {
    public Guardrails {
        stores = List.copyOf(stores);
    }

    /// The policy as it may be carried out: never weaker than these limits, otherwise as written.
    public Policy hold(Policy policy) {
        Spec spec = policy.spec();
        Mode mode = allowsStore(spec.store()) ? lesser(spec.mode(), maxMode) : lesser(spec.mode(), Mode.Observe);
        return policy.with(new Spec(
                mode,
                spec.match(),
                spec.triggers(),
                new Value(
                        Math.min(spec.value().priority(), maxPriority),
                        spec.value().costPerLostMinute()),
                new Window(
                        longer(spec.window().reserve(), minReserve),
                        Math.max(spec.window().confidence(), minConfidence),
                        spec.window().onOverrun(),
                        spec.window().assume()),
                spec.ladder().stream().map(this::hold).toList(),
                spec.group(),
                spec.preDump(),
                spec.background(),
                spec.target(),
                spec.restore(),
                spec.store(),
                new Retention(
                        spec.retention().keepLast(),
                        shorter(spec.retention().ttl(), maxTtl),
                        spec.retention().onSuccess()),
                new Budget(
                        Math.min(spec.budget().maxConcurrent(), maxConcurrent),
                        Math.min(spec.budget().maxConcurrentPerNode(), maxConcurrentPerNode),
                        spec.budget().maxStoreBytes()),
                spec.guardrails()));
    }

    /// The keys of the policy that go further than these limits, in the file's order.
    public List<String> brokenBy(Policy policy) {
        Spec spec = policy.spec();
        var broken = new ArrayList<String>();
        note(broken, spec.mode().compareTo(maxMode) > 0, "spec.mode");
        note(broken, spec.value().priority() > maxPriority, "spec.value.priority");
        note(broken, spec.window().reserve().compareTo(minReserve) < 0, "spec.window.reserve");
        note(broken, spec.window().confidence() < minConfidence, "spec.window.confidence");
        for (int i = 0; i < spec.ladder().size(); i++) {
            boolean tooLong = spec.ladder().get(i).action() instanceof Action.Checkpoint checkpoint
                    && checkpoint.maxFreeze().compareTo(maxFreeze) > 0;
            note(broken, tooLong, "spec.ladder[" + i + "].checkpoint.maxFreeze");
        }
        note(broken, !allowsStore(spec.store()), "spec.store.ref");
        note(broken, spec.retention().ttl().compareTo(maxTtl) > 0, "spec.retention.ttl");
        note(broken, spec.budget().maxConcurrent() > maxConcurrent, "spec.budget.maxConcurrent");
        note(broken, spec.budget().maxConcurrentPerNode() > maxConcurrentPerNode, "spec.budget.maxConcurrentPerNode");
        return broken;
    }

    private static void note(List<String> broken, boolean isBroken, String key) {
        if (isBroken) {
            broken.add(key);
        }
    }

    private boolean allowsStore(@Nullable Store store) {
        return store == null || stores.isEmpty() || Set.copyOf(stores).contains(store.ref());
    }

    private Rung hold(Rung rung) {
        return switch (rung.action()) {
            case Action.Checkpoint checkpoint ->
                new Rung(
                        rung.name(),
                        new Action.Checkpoint(
                                checkpoint.mode(), shorter(checkpoint.maxFreeze(), maxFreeze), checkpoint.tcp()),
                        rung.when(),
                        rung.hooks());
            case Action.AppHook _, Action.Drain _, Action.Ignore _ -> rung;
        };
    }

    private static Mode lesser(Mode a, Mode b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
