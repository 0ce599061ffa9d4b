package dev.lifeboat.edge.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.estimate.Observation;
import dev.lifeboat.estimate.Stage;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.OrderId;
import dev.lifeboat.migration.Planned;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.SaveFailure;
import dev.lifeboat.migration.Subject;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.GraceWindow;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.plan.Capacity;
import dev.lifeboat.plan.CapacityOffer;
import dev.lifeboat.plan.Choice;
import dev.lifeboat.plan.Circumstances;
import dev.lifeboat.plan.CpuCheck;
import dev.lifeboat.plan.CpuFacts;
import dev.lifeboat.plan.Decision;
import dev.lifeboat.plan.EvacuationPlan;
import dev.lifeboat.plan.Explanation;
import dev.lifeboat.plan.Grounds;
import dev.lifeboat.plan.Hindrance;
import dev.lifeboat.plan.HostFacts;
import dev.lifeboat.plan.Needs;
import dev.lifeboat.plan.Placement;
import dev.lifeboat.plan.Progress;
import dev.lifeboat.plan.Question;
import dev.lifeboat.plan.Refusal;
import dev.lifeboat.plan.Refusals;
import dev.lifeboat.plan.RungVerdict;
import dev.lifeboat.plan.Score;
import dev.lifeboat.plan.Tenant;
import dev.lifeboat.policy.Trigger;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Means;
import dev.lifeboat.workload.Obstacle;
import dev.lifeboat.workload.Obstruction;
import dev.lifeboat.workload.Preflight;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WireTest {
    private static final NodeName NODE = new NodeName("node-a");
    private static final Instant AT = Instant.parse("2026-03-01T12:00:00.123456Z");
    private static final OrderId ORDER = new OrderId("pi-0/save-1", new MigrationId("pi-0"), NODE);

    @Test
    void aReportComesBackAsItWent() throws Unreadable {
        Report report = new Report.SaveFailed(NODE, AT, ORDER, SaveFailure.STORE_REFUSED, "503", true);
        byte[] bytes = Wire.REPORTS.write(report);
        assertThat(bytes).asString(StandardCharsets.UTF_8).isEqualTo("""
                {"v":1,"type":"save-failed","node":"node-a","at":"2026-03-01T12:00:00.123456Z",\
                "order":{"key":"pi-0/save-1","migration":"pi-0","home":"node-a"},\
                "reason":"STORE_REFUSED","detail":"503","workloadAlive":true}""");
        assertThat(Wire.REPORTS.read(bytes)).isEqualTo(report);
    }

    @Test
    void measurementsComeBackAsTheyWent() throws Unreadable {
        var footprint = new Footprint(new ByteCount(1 << 30), ByteCount.ZERO, 3);
        var workload = new Workload(new WorkloadId("lab", "pi"), "Process", "pi", Map.of(), footprint);
        Report report = new Report.Measured(
                NODE,
                AT,
                List.of(
                        new Observation.Dirtied(AT, workload, Duration.ofMillis(200), new ByteCount(4096)),
                        new Observation.Packed(AT, workload, new ByteCount(4096), new ByteCount(1000)),
                        new Observation.Overhead(AT, Stage.FINAL_DUMP, 262_144, 3, Duration.ofMillis(90))));

        assertThat(Wire.REPORTS.read(Wire.REPORTS.write(report))).isEqualTo(report);
    }

    @Test
    void aHeartbeatComesBackAsItWent() throws Unreadable {
        var footprint = new Footprint(ByteCount.ofMebi(256), ByteCount.ZERO, 4);
        var workload = new Workload(WorkloadId.parse("lab/pi"), "Process", "c", Map.of("tier", "gold"), footprint);
        Report report = new Report.Heartbeat(NODE, AT, List.of(workload), new ByteRate(1.5e8), true, null);
        assertThat(Wire.REPORTS.read(Wire.REPORTS.write(report))).isEqualTo(report);
    }

    @Test
    void aHeartbeatSaysWhatMachineItComesFrom() throws Unreadable {
        Report report = new Report.Heartbeat(NODE, AT, List.of(), new ByteRate(0), true, machine("avx2"));
        assertThat(Wire.REPORTS.read(Wire.REPORTS.write(report))).isEqualTo(report);
    }

    @Test
    void aHeartbeatFromBeforeMachinesWerePublishedIsGood() throws Unreadable {
        Report report = new Report.Heartbeat(NODE, AT, List.of(), new ByteRate(0), true, null);
        String old = """
                {"v":1,"type":"heartbeat","node":"node-a","at":"2026-03-01T12:00:00.123456Z","workloads":[],\
                "uplink":{"bytesPerSecond":0.0},"accepting":true}""";
        assertThat(Wire.REPORTS.write(report)).asString(StandardCharsets.UTF_8).isEqualTo(old);
        assertThat(Wire.REPORTS.read(bytes(old))).isEqualTo(report);
    }

    @Test
    void aHeartbeatSaysWhatStandsInTheWayOfSaves() throws Unreadable {
        var obstruction = Obstruction.of(WorkloadId.parse("lab/pi"), Obstacle.IO_URING, "pid 7, fd 5");
        var preflight =
                new Preflight(List.of(new Preflight.Lack("lazy-pages", "no userfaultfd")), List.of(obstruction));
        Report report = new Report.Heartbeat(NODE, AT, List.of(), new ByteRate(0), true, null, preflight, null);
        assertThat(Wire.REPORTS.read(Wire.REPORTS.write(report))).isEqualTo(report);
    }

    @Test
    void aHeartbeatSaysByWhatMeansItsAgentCheckpoints() throws Unreadable {
        Report report =
                new Report.Heartbeat(NODE, AT, List.of(), new ByteRate(0), true, null, null, null, null, Means.KUBELET);
        assertThat(Wire.REPORTS.write(report)).asString(StandardCharsets.UTF_8).contains("\"means\":\"KUBELET\"");
        assertThat(Wire.REPORTS.read(Wire.REPORTS.write(report))).isEqualTo(report);
    }

    @Test
    void aPlacementKeepsItsGroundsAndOneFromBeforeHasNone() throws Unreadable {
        var migration = new MigrationId("pi-0");
        var refused = List.of(
                refused("b", new Hindrance.Processor(new CpuCheck.Lack.Features(Set.of("avx512f")))),
                refused("c", new Hindrance.Room(ByteCount.ofMebi(9), ByteCount.ofMebi(1))),
                refused("d", new Hindrance.Zone(Set.of("z1"), "z2")),
                refused("e", new Hindrance.Standing(CapacityOffer.Standing.DOOMED)),
                refused("f", new Hindrance.Processor(new CpuCheck.Lack.Surplus(Set.of("paca")))),
                refused("g", new Hindrance.Unpublished()));
        var refusals = new Refusals(Refusals.Outlook.PLACED, refused, 5);
        var grounds = new Grounds(ByteCount.ofMebi(9), new Score(0.5, 0, 1, 1, 0.25), refusals);
        JournalEvent event = new MigrationEvent.RestorePlaced(migration, AT, NODE, migration.checkpoint(1), 1, grounds);
        assertThat(Wire.JOURNAL.read(Wire.JOURNAL.write(event))).isEqualTo(event);

        assertThat(Wire.JOURNAL.read(bytes("""
                {"v":1,"type":"restore-placed","migration":"pi-0","at":"2026-03-01T12:00:00.123456Z",
                "target":"node-a","checkpoint":"pi-0-1","attempt":1}""")))
                .isEqualTo(new MigrationEvent.RestorePlaced(migration, AT, NODE, migration.checkpoint(1), 1, null));
    }

    @Test
    void aMigrationKeepsWhatItsDestinationNeeds() throws Unreadable {
        var needs = Needs.from(machine("avx2").host(), ByteCount.ofMebi(8));
        var subject = new Subject(
                new MigrationId("pi-0"),
                NODE,
                WorkloadId.parse("lab/pi"),
                new NoticeId("00000000000000aa"),
                AT.plusSeconds(30),
                Planned.turn(1),
                needs);
        JournalEvent event = new MigrationEvent.MigrationBegun(subject, AT);
        assertThat(Wire.JOURNAL.read(Wire.JOURNAL.write(event))).isEqualTo(event);
    }

    private static Placement.Refused refused(String node, Hindrance why) {
        return new Placement.Refused(new NodeName(node), why);
    }

    static Capacity machine(String feature) {
        var cpu = new CpuFacts("AuthenticAMD", 26, 2, 1, Set.of(feature), 0xe5, 2432, 2432);
        return new Capacity(
                new HostFacts("amd64", cpu, "6.1.0-40", "4.1.1", "process"),
                ByteCount.ofMebi(512),
                CapacityOffer.Kind.SPOT,
                "m6i.4xlarge",
                "eu-west-1a",
                Set.of("pool=a"),
                List.of("nvidia-t4"),
                Set.of(WorkloadId.parse("lab/pi")));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aJournalEventCarriesItsNotice() throws Unreadable {
        Notice notice = new Notice.Preemption(
                new NoticeId("00000000000000aa"), NODE, "test", AT, AT.plusSeconds(30), Action.STOP);
        JournalEvent event = new JournalEvent.NoticeAccepted(notice, AT);
        assertThat(Wire.JOURNAL.read(Wire.JOURNAL.write(event))).isEqualTo(event);
        Notice drain = new Notice.Drain(new NoticeId("00000000000000ab"), NODE, "test", AT, Duration.ofSeconds(30));
        assertThat(Wire.NOTICES.read(Wire.NOTICES.write(drain))).isEqualTo(drain);
    }

    @Test
    void theEvidenceOfAPlanComesBackAsItWent() throws Unreadable {
        var home = new Question.Home(NODE, "", null, new ByteRate(9.4e7));
        var window = new GraceWindow(AT.plusSeconds(120), Question.MARGIN);
        var warning = new Question.Warning(Trigger.SpotInterruption, window, Duration.ofMinutes(2));
        var unknown = new Estimate.Unknown(Estimate.UnknownReason.STALE);
        var slot = new Choice.Slot(Duration.ZERO, Duration.ofSeconds(4), Duration.ofSeconds(90));
        var workload = new WorkloadId("lab", "pi");
        var standing = new EvacuationPlan(
                NODE,
                AT,
                Duration.ofSeconds(119),
                List.of(new Decision(workload, new Choice.Save("live", 0, unknown, slot, null), List.of())));
        JournalEvent drawn = new JournalEvent.PlanDrawn(
                NODE, AT, new Circumstances(home, warning, AT, List.of(), 0, List.of()), standing);
        assertThat(Wire.JOURNAL.read(Wire.JOURNAL.write(drawn))).isEqualTo(drawn);
        var lack = new CpuCheck.Lack.Features(Set.of("avx512f"));
        var nowhere = new Refusal.NoDestination(
                List.of(new Placement.Refused(new NodeName("node-b"), new Hindrance.Processor(lack))));
        var footprint = new Footprint(ByteCount.ofMebi(256), ByteCount.ZERO, 4);
        var tenant = new Tenant(
                new Workload(workload, "Process", "c", Map.of("tier", "gold"), footprint),
                new dev.lifeboat.policy.Subject(workload, "Process", "pi", Map.of(), Map.of(), List.of()),
                new Tenant.Health(true, Duration.ZERO, 0, Map.of()),
                Duration.ZERO,
                List.of(unknown),
                null,
                Set.of(),
                List.of(),
                new Progress.Saving("live", 0, unknown));
        var decision = new Decision(
                workload,
                new Choice.LetGo("", Duration.ofMinutes(3)),
                List.of(new RungVerdict.Refused("live", nowhere), new RungVerdict.Taken("let-go")));
        JournalEvent explained = new JournalEvent.DecisionExplained(
                NODE, AT, tenant, new Explanation.Chosen(decision, Explanation.Mode.ACTS));
        assertThat(Wire.JOURNAL.read(Wire.JOURNAL.write(explained))).isEqualTo(explained);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                                        | NOT_JSON
            hello                                                     | NOT_JSON
            [1,2]                                                     | NOT_JSON
            {"v":1} trailing                                          | NOT_JSON
            {"type":"released"}                                       | UNKNOWN_VERSION
            {"v":2,"type":"released"}                                 | UNKNOWN_VERSION
            {"v":1}                                                   | UNKNOWN_TYPE
            {"v":1,"type":"exploded"}                                 | UNKNOWN_TYPE
            {"v":1,"type":"released"}                                 | BAD_FIELD
            {"v":1,"type":"released","node":"A B","at":"2026-03-01T12:00:00Z","order":null} | BAD_FIELD
            {"v":1,"type":"released","node":"a","at":"yesterday"}     | BAD_FIELD
            """)
    void whatCannotBeReadHasAStableReason(String text, Unreadable.Reason reason) {
        var thrown =
                catchThrowableOfType(Unreadable.class, () -> Wire.REPORTS.read(text.getBytes(StandardCharsets.UTF_8)));
        assertThat(thrown.reason()).isEqualTo(reason);
    }

    @Test
    void aMegabyteIsTooMuch() {
        var thrown = catchThrowableOfType(Unreadable.class, () -> Wire.NOTICES.read(new byte[Wire.MOST_BYTES + 1]));
        assertThat(thrown.reason()).isEqualTo(Unreadable.Reason.TOO_LARGE);
    }
}
