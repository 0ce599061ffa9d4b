package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.kafka.Wire;
import dev.lifeboat.edge.policyfile.PolicyFiles;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.JournalEvent.PlanDrawn;
import dev.lifeboat.migration.MigrationEvent.MigrationBegun;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.Subject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `lifeboat explain --journal` on what the production orchestrator decided, through the front door.
final class ExplainJournalTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void everyPlanOfAJournalReplaysToTheSameNumber() throws IOException {
        Path journal = journal();

        assertThat(explain(journal)).as(out + "\n" + err).isZero();

        assertThat(out.toString())
                .contains(
                        "first plan of node-a",
                        "redrawn plan of node-a",
                        "lab/gold  SAVED",
                        "policy    EvacuationPolicy/lab/all")
                .contains(
                        "lab/gold  TRIED", "refused   live  TOO_LONG: needs ", "refused   live  OUTRANKED: fits alone")
                .as("a plan drawn anew tells its ladder, too")
                .doesNotContain("as in the plan before")
                .contains("replayed: as journalled, to the same number")
                .doesNotContain("otherwise");
    }

    @Test
    void oneWorkloadIsToldOfAlone() throws IOException {
        assertThat(explain(journal(), "--workload", "lab/lead")).isZero();
        assertThat(out.toString()).contains("lab/lead").doesNotContain("lab/gold");
    }

    @Test
    void theIdOfAMigrationTellsOfItsWorkloadAlone() throws IOException {
        String id = idOf("lab/gold");

        assertThat(explain(journal(), id)).isZero();
        assertThat(out.toString())
                .contains("first plan of node-a", "redrawn plan of node-a", "lab/gold")
                .doesNotContain("lab/lead");
    }

    @Test
    void theIdOfANoticeTellsOfAllPlansSince() throws IOException {
        assertThat(explain(journal(), "00000000000000aa")).isZero();
        assertThat(out.toString()).contains("first plan of node-a", "redrawn plan of node-a", "lab/gold", "lab/lead");
    }

    @Test
    void plansFromBeforeAMigrationAreNotIts() throws IOException {
        policy("10m");
        List<JournalEvent> once = DecidedJournal.events(
                PolicyFiles.load(folder.resolve("policy.yaml")).all());
        var journal = new ArrayList<JournalEvent>();
        for (JournalEvent event : once) {
            journal.add(event instanceof PlanDrawn drawn ? at(drawn, drawn.at().minusSeconds(60)) : event);
        }

        assertThat(explain(written(journal), idOf("lab/gold"))).isEqualTo(1);
        assertThat(err.toString()).contains("has no plan for lab/gold on node-a");
    }

    @Test
    void plansFromTheWorkloadsNextMigrationOnAreNotIts() throws IOException {
        String id = idOf("lab/gold");
        List<JournalEvent> once = DecidedJournal.events(
                PolicyFiles.load(folder.resolve("policy.yaml")).all());
        var journal = new ArrayList<JournalEvent>();
        for (JournalEvent event : once) {
            if (event instanceof PlanDrawn drawn && drawn.standing() != null) {
                journal.add(next(once, id, drawn.at()));
            }
            journal.add(event);
        }

        assertThat(explain(written(journal), id)).isZero();
        assertThat(out.toString()).contains("first plan of node-a").doesNotContain("redrawn plan");
    }

    @Test
    void anIdThatTheJournalDoesNotKnowIsToldInOneLine() throws IOException {
        assertThat(explain(journal(), "pi-0-3f9a2c81d04e")).isEqualTo(1);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains("knows no migration and no notice pi-0-3f9a2c81d04e");
    }

    @Test
    void jsonSaysOfEachPlanWhetherItIsTheSame() throws IOException {
        assertThat(explain(journal(), "--json")).isZero();
        assertThat(out.toString()).startsWith("[ {").contains("\"plan\" : \"redrawn\"", "\"otherwise\" : [ ]");
    }

    @Test
    void otherPoliciesDecideOtherwiseAndItExitsWithTwo() throws IOException {
        Path journal = journal();
        policy("10ms");

        assertThat(explain(journal)).isEqualTo(2);
        assertThat(out.toString())
                .contains("replayed: these policies decide otherwise", "lab/gold: journalled was ", "FREEZE_TOO_LONG");
    }

    @Test
    void aWorkloadThatTheJournalDoesNotKnowIsToldInOneLine() throws IOException {
        assertThat(explain(journal(), "--workload", "lab/tin")).isEqualTo(1);
        assertThat(err.toString().lines()).singleElement().asString().contains("has no plan for lab/tin");
    }

    @Test
    void aFileThatIsNoJournalIsToldInOneLineWithItsPlace() throws IOException {
        policy("10m");
        Path wrong = Files.writeString(folder.resolve("journal.jsonl"), "{\"v\":1}\n");
        assertThat(explain(wrong)).isEqualTo(1);
        assertThat(err.toString().lines()).singleElement().asString().contains(wrong + ":1: ");
    }

    @Test
    void aFileThatIsNotThereIsToldInOneLine() throws IOException {
        policy("10m");
        assertThat(explain(folder.resolve("none.jsonl"))).isEqualTo(1);
        assertThat(err.toString().lines()).singleElement().asString().contains("none.jsonl", "--journal names a file");
    }

    private String idOf(String workload) throws IOException {
        policy("10m");
        return DecidedJournal.events(
                        PolicyFiles.load(folder.resolve("policy.yaml")).all())
                .stream()
                .filter(MigrationBegun.class::isInstance)
                .map(MigrationBegun.class::cast)
                .filter(begun -> begun.subject().workload().toString().equals(workload))
                .findFirst()
                .orElseThrow()
                .migration()
                .value();
    }

    /// The same workload is on its way again.
    private static MigrationBegun next(List<JournalEvent> journal, String id, Instant at) {
        Subject subject = journal.stream()
                .filter(MigrationBegun.class::isInstance)
                .map(MigrationBegun.class::cast)
                .filter(begun -> begun.migration().value().equals(id))
                .findFirst()
                .orElseThrow()
                .subject();
        return new MigrationBegun(
                new Subject(
                        new MigrationId("gold-next"),
                        subject.home(),
                        subject.workload(),
                        subject.notice(),
                        subject.deadline(),
                        subject.planned(),
                        subject.needs()),
                at);
    }

    private static PlanDrawn at(PlanDrawn drawn, Instant at) {
        return new PlanDrawn(drawn.node(), at, drawn.circumstances(), drawn.standing());
    }

    private Path journal() throws IOException {
        policy("10m");
        return written(DecidedJournal.events(
                PolicyFiles.load(folder.resolve("policy.yaml")).all()));
    }

    private Path written(List<JournalEvent> events) throws IOException {
        var lines = new ByteArrayOutputStream();
        for (JournalEvent event : events) {
            lines.writeBytes(Wire.JOURNAL.write(event));
            lines.write('\n');
        }
        return Files.write(folder.resolve("journal.jsonl"), lines.toByteArray());
    }

    private void policy(String maxFreeze) throws IOException {
        DecidedJournal.policy(folder, maxFreeze);
    }

    private int explain(Path journal, String... more) {
        var arguments = new ArrayList<>(List.of("explain", "--journal", journal.toString()));
        arguments.addAll(List.of("--policies", folder.resolve("policy.yaml").toString()));
        arguments.addAll(List.of(more));
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }
}
