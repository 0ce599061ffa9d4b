package dev.lifeboat.edge.launch;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.Report;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.orchestrator.Hindsight;
import dev.lifeboat.orchestrator.Input;
import dev.lifeboat.orchestrator.Limits;
import dev.lifeboat.orchestrator.Orchestrator;
import dev.lifeboat.orchestrator.PolicyPlanner;
import dev.lifeboat.orchestrator.Taught;
import dev.lifeboat.orchestrator.Terms;
import dev.lifeboat.orchestrator.View;
import dev.lifeboat.policy.Policies;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What the production orchestrator decides of a notice, event by event.
final class DecidedJournal {
    private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");
    private static final NodeName NODE = new NodeName("node-a");
    private static final ByteRate UPLINK = ByteRate.ofMegabytes(100);
    private static final List<Workload> ABOARD = List.of(workload("gold"), workload("lead"));

    private DecidedJournal() {}

    /// A notice, a save that begins, and a link that slows down until the plan is drawn again.
    static List<JournalEvent> events(Policies policies) {
        var terms = new Terms(policies, 1, new ByteRate(0));
        Hindsight taught = Taught.by(ABOARD.getFirst(), NODE, UPLINK, START, 1);
        var orchestrator = new Orchestrator(Limits.STANDARD, new PolicyPlanner(terms, () -> taught));
        var view = View.EMPTY.with(new Report.Heartbeat(NODE, START, ABOARD, UPLINK, true, null), START);
        var notice = new Notice.Preemption(
                new NoticeId("00000000000000aa"), NODE, "test", START, START.plusSeconds(60), Action.STOP);
        var told = orchestrator.step(new Input.Told(notice), view, START);
        var events = new ArrayList<>(told.events());
        Order.Save save = told.orders().stream()
                .filter(Order.Save.class::isInstance)
                .map(Order.Save.class::cast)
                .findFirst()
                .orElseThrow();
        var started = new Report.SaveStarted(NODE, START, save.id());
        events.addAll(orchestrator.step(new Input.Heard(started), view, START).events());
        for (int tick = 1; tick <= 12; tick++) {
            Instant now = START.plus(Duration.ofMillis(250L * tick));
            var sent = new ByteCount(1_500_000L * tick);
            var progress = new Report.SaveProgress(NODE, now, save.id(), sent, sent);
            events.addAll(
                    orchestrator.step(new Input.Heard(progress), view, now).events());
            events.addAll(orchestrator.step(new Input.Ticked(), view, now).events());
        }
        return events;
    }

    static Path policy(Path folder, String maxFreeze) throws IOException {
        return Files.writeString(folder.resolve("policy.yaml"), """
                apiVersion: lifeboat.dev/v1alpha1
                kind: EvacuationPolicy
                metadata: {name: all, namespace: lab}
                spec:
                  mode: Enforce
                  match: {workloads: [{kind: Process, name: "*"}]}
                  triggers: [SpotInterruption]
                  window: {reserve: 1s}
                  ladder:
                    - name: live
                      checkpoint: {mode: Full, maxFreeze: %s}
                    - name: bye
                      drain: {gracePeriod: 1s}
                  store: {ref: lab, encryption: {kms: lab-key}}
                """.formatted(maxFreeze));
    }

    private static Workload workload(String name) {
        return new Workload(
                WorkloadId.parse("lab/" + name),
                "Process",
                "class-gold",
                Map.of(),
                new Footprint(ByteCount.ofMebi(2_000), ByteCount.ZERO, 1));
    }
}
