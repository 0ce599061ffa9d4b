package dev.lifeboat.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.policyfile.PolicyFiles;
import dev.lifeboat.migration.LetGoReason;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.notice.Reclaim;
import dev.lifeboat.orchestrator.Planner.Choice;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Arrival;
import dev.lifeboat.workload.Connections;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PolicyPlannerTest {
    private static final Instant NOW = Instant.parse("2026-11-21T06:00:00Z");
    private static final NodeName NODE = new NodeName("node-a");

    @TempDir
    private Path folder;

    private PolicyPlanner planner;

    @BeforeEach
    void load() throws Exception {
        Path file = folder.resolve("policy.yaml");
        try (var shipped = PolicyPlannerTest.class.getResourceAsStream("/demo-policy.yaml")) {
            assertThat(shipped).isNotNull();
            Files.copy(shipped, file);
        }
        var loaded = PolicyFiles.load(file);
        assertThat(loaded.problems()).isEmpty();
        planner = new PolicyPlanner(new Terms(loaded.all(), 1, new ByteRate(0)), () -> Hindsight.NONE);
    }

    @Test
    void aCoveredWorkloadIsTriedWhileNothingIsKnownOfIt() {
        assertThat(choose("victim"))
                .singleElement()
                .isInstanceOfSatisfying(
                        Choice.Save.class,
                        save -> assertThat(save.planned().rank()).isEqualTo(1));
    }

    @Test
    void aWorkloadWithoutPolicyIsLeftAlone() {
        assertThat(choose("other"))
                .containsExactly(new Choice.LetGo(new WorkloadId("demo", "other"), LetGoReason.POLICY));
    }

    /// A policy that says nothing of connections closes them; without a policy none is cut.
    @Test
    void connectionsAreClosedWhereAPolicyCovers() {
        assertThat(planner.connections(workload("victim"))).isEqualTo(Connections.CLOSE);
        assertThat(planner.connections(workload("other"))).isEqualTo(Connections.REFUSE);
    }

    @Test
    void aWorkloadComesBackLazilyOnlyWhereItsPolicyWishesIt() throws Exception {
        assertThat(arrival(planner)).isEqualTo(Arrival.WHOLE);
        String eager = Files.readString(folder.resolve("policy.yaml"));
        Path lazy =
                Files.writeString(folder.resolve("lazy.yaml"), eager.replace("restore: {", "restore: {lazy: true, "));
        var loaded = PolicyFiles.load(lazy);
        assertThat(loaded.problems()).isEmpty();
        assertThat(arrival(new PolicyPlanner(new Terms(loaded.all(), 1, new ByteRate(0)), () -> Hindsight.NONE)))
                .isEqualTo(Arrival.LAZY);
    }

    private static @Nullable Arrival arrival(PolicyPlanner planner) {
        return planner.needs(workload("victim"), NODE, View.EMPTY).arrival();
    }

    @Test
    void theKeyIsThePolicysWhereOneCovers() {
        assertThat(planner.key(workload("victim"))).contains("demo-key");
        assertThat(planner.key(workload("other"))).isEmpty();
    }

    private static Workload workload(String name) {
        return new Workload(
                new WorkloadId("demo", name),
                "Process",
                "victim",
                Map.of(),
                new Footprint(ByteCount.ofMebi(256), ByteCount.ZERO, 4));
    }

    private List<Choice> choose(String name) {
        Workload workload = workload(name);
        var notice = new Notice.Preemption(
                new NoticeId("00112233445566778899aabbccddeeff"),
                NODE,
                "test",
                NOW,
                NOW.plusSeconds(120),
                Action.TERMINATE);
        return planner.draw(new Planner.Occasion(
                        Reclaim.of(notice),
                        List.of(new Planner.Aboard(workload, null, null)),
                        new Evacuations(),
                        View.EMPTY,
                        NOW))
                .choices();
    }
}
