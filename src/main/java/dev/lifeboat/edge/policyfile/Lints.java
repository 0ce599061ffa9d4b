package dev.lifeboat.edge.policyfile;

import dev.lifeboat.policy.Action;
import dev.lifeboat.policy.Group;
import dev.lifeboat.policy.Hooks;
import dev.lifeboat.policy.Match;
import dev.lifeboat.policy.PolicyId.Kind;
import dev.lifeboat.policy.Restore;
import dev.lifeboat.policy.Rung;
import dev.lifeboat.policy.Trigger;
import dev.lifeboat.policy.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Checks that look at several keys at once. Whatever is broken has been left out of the findings, so nothing is said
/// that follows from an error reported already.
final class Lints {
    private final Source source;
    private final Findings findings;

    Lints(Source source, Findings findings) {
        this.source = source;
        this.findings = findings;
    }

    void run() {
        kinds();
        match();
        List<@Nullable Rung> ladder = ladder();
        names(ladder);
        reach(ladder);
        store(ladder);
        preDump(ladder);
        lazy();
        windows(ladder);
        advice();
        new SelectorLints(source, findings).run();
    }

    private void kinds() {
        Kind kind = findings.value("kind", Kind.class).orElse(null);
        if (kind == Kind.EvacuationPolicy) {
            onlyInTheClusterKind("spec.guardrails");
            onlyInTheClusterKind("spec.match.namespaceSelector");
        }
        if (kind == Kind.ClusterEvacuationPolicy && findings.isThere("metadata.namespace")) {
            source.report(
                    Code.WRONG_KIND,
                    findings.span("metadata.namespace"),
                    "metadata.namespace",
                    "a ClusterEvacuationPolicy has no namespace",
                    "remove it, or write kind: EvacuationPolicy");
        }
    }

    private void onlyInTheClusterKind(String path) {
        if (findings.isThere(path)) {
            source.report(
                    Code.WRONG_KIND,
                    findings.span(path),
                    path,
                    "only a ClusterEvacuationPolicy may have this",
                    "kind: ClusterEvacuationPolicy");
        }
    }

    private void match() {
        findings.value("spec.match", Match.class)
                .filter(match ->
                        match.workloads().isEmpty() && match.podSelector() == null && match.namespaceSelector() == null)
                .filter(_ -> Stream.of("workloads", "podSelector", "namespaceSelector")
                        .noneMatch(findings::isMisplaced))
                .ifPresent(_ -> source.report(
                        Code.NOTHING_MATCHED,
                        findings.span("spec.match"),
                        "spec.match",
                        "says neither workloads nor podSelector nor namespaceSelector",
                        "workloads: [{kind: StatefulSet, name: \"*\"}]"));
    }

    /// Rungs in order, null where one is broken.
    private List<@Nullable Rung> ladder() {
        var ladder = new ArrayList<@Nullable Rung>();
        for (int i = 0; findings.isThere(at(i)); i++) {
            ladder.add(findings.value(at(i), Rung.class).orElse(null));
        }
        return ladder;
    }

    private static String at(int rung) {
        return "spec.ladder[" + rung + "]";
    }

    private void names(List<@Nullable Rung> ladder) {
        var first = new HashMap<String, Integer>();
        for (int i = 0; i < ladder.size(); i++) {
            String name = findings.value(at(i) + ".name", String.class).orElse(null);
            Integer earlier = name == null ? null : first.putIfAbsent(name, i);
            if (earlier != null) {
                source.report(
                        Code.DUPLICATE_NAME,
                        findings.span(at(i) + ".name"),
                        at(i) + ".name",
                        "%s is the name of rung %d too".formatted(Scalars.quoted(String.valueOf(name)), earlier + 1),
                        name + "-" + (i + 1));
            }
        }
    }

    private void reach(List<@Nullable Rung> ladder) {
        for (int i = 0; i + 1 < ladder.size(); i++) {
            Rung rung = ladder.get(i);
            if (rung != null && rung.unconditional()) {
                for (int below = i + 1; below < ladder.size(); below++) {
                    unreachable(ladder.get(below), below, rung);
                }
                return;
            }
        }
        Rung last = ladder.isEmpty() ? null : ladder.getLast();
        if (last != null && !last.unconditional()) {
            source.report(
                    Code.LADDER_CAN_FAIL,
                    findings.span(at(ladder.size() - 1)),
                    at(ladder.size() - 1),
                    "the last rung can fail to fit; workloads would be killed with no action",
                    "add a last rung: - {name: let-it-go, drain: {gracePeriod: 30s}}");
        }
    }

    private void unreachable(@Nullable Rung rung, int index, Rung above) {
        if (rung != null) {
            source.report(
                    Code.UNREACHABLE_RUNG,
                    findings.span(at(index)),
                    at(index),
                    "is never reached: rung %s above it always fits".formatted(Scalars.quoted(above.name())),
                    "move it above " + above.name());
        }
    }

    private void store(List<@Nullable Rung> ladder) {
        if (findings.isThere("spec.store") || findings.isMisplaced("store")) {
            return;
        }
        for (int i = 0; i < ladder.size(); i++) {
            Rung rung = ladder.get(i);
            if (rung != null && rung.action() instanceof Action.Checkpoint) {
                noStore(at(i) + ".checkpoint");
                return;
            }
        }
        if (findings.isThere("spec.background")) {
            noStore("spec.background");
        }
    }

    private void noStore(String path) {
        source.report(
                Code.NO_STORE,
                findings.span(path),
                path,
                "makes checkpoints, but the policy has no store",
                "store: {ref: …, encryption: {kms: …}}");
    }

    private void preDump(List<@Nullable Rung> ladder) {
        boolean sure = ladder.stream().noneMatch(rung -> rung == null);
        boolean incremental = ladder.stream()
                .anyMatch(rung -> rung != null
                        && rung.action() instanceof Action.Checkpoint checkpoint
                        && checkpoint.mode() == Action.CheckpointMode.Incremental);
        boolean asked = incremental || findings.isThere("spec.background");
        if (sure && !ladder.isEmpty() && !asked && findings.isThere("spec.preDump")) {
            source.report(
                    Code.NO_EFFECT,
                    findings.span("spec.preDump"),
                    "spec.preDump",
                    "without effect: no rung makes incremental checkpoints",
                    "mode: Incremental");
        }
    }

    private void lazy() {
        List<Match.Owner> owners =
                findings.value("spec.match", Match.class).map(Match::workloads).orElse(List.of());
        boolean containersOnly = !owners.isEmpty()
                && owners.stream().noneMatch(owner -> owner.kind().equals("Process"));
        if (containersOnly
                && findings.value("spec.restore", Restore.class)
                        .filter(Restore::lazy)
                        .isPresent()) {
            source.report(
                    Code.NO_EFFECT,
                    findings.span("spec.restore.lazy"),
                    "spec.restore.lazy",
                    "without effect: containers are restored whole, and no workload here is a plain process",
                    "lazy: false");
        }
    }

    private void advice() {
        Set<?> triggers = findings.value("spec.triggers", Set.class).orElse(Set.of());
        if (triggers.equals(Set.of(Trigger.RebalanceRecommendation))) {
            source.report(
                    Code.REVERSIBLE_ONLY,
                    findings.span("spec.triggers"),
                    "spec.triggers",
                    "RebalanceRecommendation alone only pre-dumps; nothing is ever evacuated",
                    "[SpotInterruption, RebalanceRecommendation]");
        }
    }

    private void windows(List<@Nullable Rung> ladder) {
        if (findings.isThere("spec.window")
                && findings.value("spec.window", Window.class).isEmpty()) {
            return;
        }
        Duration reserve =
                findings.value("spec.window", Window.class).map(Window::reserve).orElse(Duration.ofSeconds(10));
        Map<Trigger, Duration> notices = notices();
        if (notices.isEmpty()) {
            return;
        }
        Map.Entry<Trigger, Duration> longest = Collections.max(notices.entrySet(), Map.Entry.comparingByValue());
        if (reserve.compareTo(longest.getValue()) >= 0) {
            tooLongReserve(reserve, longest);
            return;
        }
        Duration half = longest.getValue().dividedBy(2);
        Duration usable = longest.getValue().minus(reserve.compareTo(half) < 0 ? reserve : half);
        for (int i = 0; i < ladder.size(); i++) {
            Rung rung = ladder.get(i);
            if (rung != null && !asksForTheWindow(rung)) {
                steps(rung, at(i)).forEach((path, step) -> tooSlow(path, step, usable, longest.getKey()));
            }
        }
        findings.value("spec.group", Group.class)
                .ifPresent(group ->
                        tooSlow("spec.group.barrier.timeout", group.barrier().timeout(), usable, longest.getKey()));
    }

    private void tooLongReserve(Duration reserve, Map.Entry<Trigger, Duration> longest) {
        source.report(
                Code.IMPOSSIBLE_WINDOW,
                findings.span("spec.window.reserve"),
                "spec.window.reserve",
                "keeps back %s, but %s gives at most %s, and of that no more than half is ever kept back"
                        .formatted(Words.of(reserve), longest.getKey(), Words.of(longest.getValue())),
                Words.of(longest.getValue().dividedBy(2)));
    }

    /// Time that each trigger leaves, where that is known.
    private Map<Trigger, Duration> notices() {
        Map<Trigger, Duration> assumed =
                findings.value("spec.window", Window.class).map(Window::assume).orElse(Map.of());
        var known = new EnumMap<Trigger, Duration>(Trigger.class);
        for (Object trigger : findings.value("spec.triggers", Set.class).orElse(Set.of())) {
            Optional.ofNullable(assumed.get(trigger))
                    .or(() -> ((Trigger) trigger).longestNotice())
                    .ifPresent(notice -> known.put((Trigger) trigger, notice));
        }
        return known;
    }

    /// A rung that is only taken where there is time may last longer than the shortest notice.
    private static boolean asksForTheWindow(Rung rung) {
        return rung.when() != null && rung.when().source().contains("window");
    }

    /// What to add where another trigger may leave more, but nothing says how much.
    private String openEnded() {
        Set<?> triggers = findings.value("spec.triggers", Set.class).orElse(Set.of());
        return triggers.stream()
                .filter(trigger -> trigger != Trigger.RebalanceRecommendation)
                .filter(trigger -> !notices().containsKey(trigger))
                .findFirst()
                .map(trigger -> "; if " + trigger + " leaves more, say how much in window.assume")
                .orElse("");
    }

    private static Map<String, Duration> steps(Rung rung, String path) {
        var steps = new HashMap<String, Duration>();
        switch (rung.action()) {
            case Action.Checkpoint checkpoint -> steps.put(path + ".checkpoint.maxFreeze", checkpoint.maxFreeze());
            case Action.AppHook hook -> steps.put(path + ".appHook.timeout", hook.timeout());
            case Action.Drain drain -> steps.put(path + ".drain.gracePeriod", drain.gracePeriod());
            case Action.Ignore _ -> {}
        }
        Hooks.Hook before = rung.hooks().before();
        if (before != null) {
            steps.put(path + ".hooks.before.timeout", before.timeout());
        }
        return steps;
    }

    private void tooSlow(String path, Duration step, Duration usable, Trigger trigger) {
        if (findings.isThere(path) && step.compareTo(usable) > 0) {
            source.report(
                    Code.TOO_SLOW,
                    findings.span(path),
                    path,
                    "%s is longer than the %s that %s leaves after the reserve%s"
                            .formatted(Words.of(step), Words.of(usable), trigger, openEnded()),
                    Words.of(usable));
        }
    }
}
