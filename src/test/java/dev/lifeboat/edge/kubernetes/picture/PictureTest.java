package dev.lifeboat.edge.kubernetes.picture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lifeboat.migration.LetGoReason;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.RestoreFailure;
import dev.lifeboat.migration.SaveFailure;
import dev.lifeboat.migration.StrandReason;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.orchestrator.Observer;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PictureTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final NodeName A = new NodeName("node-a");
    private static final NodeName B = new NodeName("node-b");
    private static final WorkloadId REDIS = WorkloadId.parse("shop/cart-redis-0");
    private static final Duration KEEP = Duration.ofDays(1);

    private final Picture picture = new Picture(KEEP);
    private final Set<Name> changed = new LinkedHashSet<>();
    private final Story story = new Story(into(picture), A, REDIS, NOON);

    @Test
    void anEvacuationUnderWaySaysWhereItIs() {
        story.noticed().begun().streaming().progressed(40);

        ObjectNode status = status(story.evacuation());
        assertThat(status.path("state").asText()).isEqualTo("Streaming");
        assertThat(status.path("rung").asText()).isEqualTo("live");
        assertThat(status.path("left").asText()).isEqualTo("118s");
        assertThat(status.path("done").asInt()).isEqualTo(40);
        assertThat(status.has("to")).isFalse();
        assertThat(conditions(story.evacuation())).containsExactly("Stored=False Saving", "Ready=False Saving");
    }

    @Test
    void anEvacuationThatIsDoneSaysWhatHadBeenLeft() {
        story.noticed().begun().streaming().frozen().stored().placed(B).resumed(B);

        ObjectNode status = status(story.evacuation());
        assertThat(status.path("state").asText()).isEqualTo("Resumed");
        assertThat(status.path("left").asText()).isEqualTo("116s");
        assertThat(status.path("done").asInt()).isEqualTo(100);
        assertThat(status.path("to").asText()).isEqualTo("node-b");
        assertThat(conditions(story.evacuation())).containsExactly("Stored=True ManifestWritten", "Ready=True Resumed");
        assertThat(conditions(story.checkpoint())).containsExactly("Restorable=False Claimed");
        assertThat(status(story.checkpoint()).path("frozen").asText()).isEqualTo("0.812s");
        assertThat(conditions(story.notice())).containsExactly("Counts=True Accepted", "Finished=True Done");
        assertThat(status(story.notice()).path("resumed").asInt()).isOne();
    }

    @Test
    void aConditionRemembersSinceWhenItsStatusHolds() {
        story.noticed().begun().streaming().frozen().stored();
        Instant stored = story.now();
        story.placed(B);

        var conditions = picture.draw(story.evacuation()).orElseThrow().conditions();
        assertThat(conditions.getFirst().since()).isEqualTo(stored);
        assertThat(conditions.getLast().since()).isEqualTo(NOON);
    }

    @Test
    void whatWentWrongIsSaidWithItsCode() {
        story.noticed().begun().streaming();
        story.then(new MigrationEvent.SaveFailed(
                story.id(), story.now(), SaveFailure.DUMP_FAILED, "no such device", true));
        assertThat(conditions(story.evacuation()).getFirst()).isEqualTo("Stored=False SaveFailed");
        assertThat(picture.draw(story.evacuation())
                        .orElseThrow()
                        .conditions()
                        .getFirst()
                        .condition()
                        .message())
                .isEqualTo("DUMP_FAILED: no such device");
    }

    @Test
    void aFailedRestoreAndAnotherOneAreTold() {
        story.noticed().begun().streaming().frozen().stored().placed(B);
        story.then(new MigrationEvent.RestoreFailed(story.id(), story.now(), B, 1, RestoreFailure.NO_ROOM, "full"));
        assertThat(conditions(story.evacuation()).getLast()).isEqualTo("Ready=False RestoreFailed");
        story.placed(A, 2);
        assertThat(conditions(story.evacuation()).getLast()).isEqualTo("Ready=False Restoring");
    }

    @Test
    void aNoticeThatWasTakenBackCountsNoMore() {
        story.noticed().withdrawn();
        assertThat(conditions(story.notice())).containsExactly("Counts=False Withdrawn", "Finished=True Done");
    }

    @Test
    void aNoticeCountsItsWorkloads() {
        story.noticed().begun();
        var other = new Story(into(picture), A, WorkloadId.parse("shop/web-1"), NOON);
        other.begun();
        assertThat(status(story.notice()).path("workloads").asInt()).isEqualTo(2);
        assertThat(conditions(story.notice()).getLast()).isEqualTo("Finished=False InProgress");
    }

    @Test
    void whatIsToldTwiceIsToldOnce() {
        story.noticed().begun().streaming().frozen().stored();
        Drawing before = picture.draw(story.evacuation()).orElseThrow();
        story.journal().forEach(picture::replay);
        assertThat(picture.draw(story.evacuation())).contains(before);
    }

    @Test
    void aPictureThatIsDrawnFromTheJournalIsTheSame() {
        story.noticed().begun().streaming().frozen().stored().placed(B).resumed(B);
        var again = new Picture(KEEP);
        story.journal().forEach(again::replay);

        assertThat(again.names()).isEqualTo(picture.names()).hasSize(3);
        for (Name name : picture.names()) {
            assertThat(again.draw(name)).isEqualTo(picture.draw(name));
        }
    }

    @Test
    void whatIsOverIsKeptForItsTimeAndThenNotShownAnyMore() {
        story.noticed().begun().streaming().frozen().stored().placed(B).resumed(B);
        Instant over = story.now().plus(KEEP);

        assertThat(picture.forget(over)).isEmpty();
        assertThat(picture.forget(over.plus(Duration.ofMinutes(2)))).contains(story.evacuation(), story.checkpoint());
        assertThat(picture.forget(over.plus(Duration.ofMinutes(4)))).isSubsetOf(story.notice());
        assertThat(picture.names()).isEmpty();
    }

    @Test
    void whatIsUnderWayIsNeverForgotten() {
        story.noticed().begun().streaming();
        assertThat(picture.forget(NOON.plus(Duration.ofDays(400)))).isEmpty();
    }

    @Test
    void whatAPersonHasToRestoreIsShownForAMonth() {
        story.noticed().begun().streaming().frozen().stored();
        story.then(new MigrationEvent.CheckpointStranded(story.id(), story.now(), StrandReason.NO_CAPACITY));
        assertThat(picture.forget(story.now().plus(Duration.ofDays(29)))).isEmpty();
        assertThat(picture.forget(story.now().plus(Duration.ofDays(31)))).contains(story.evacuation());
    }

    @Test
    void withoutRoomWhatIsOverMakesIt() {
        story.noticed().begun();
        story.then(new MigrationEvent.WorkloadLetGo(story.id(), story.now(), LetGoReason.POLICY));
        for (int i = 1; i <= Picture.MOST; i++) {
            new Story(into(picture), B, WorkloadId.parse("load/w-" + i), NOON).begun();
        }
        assertThat(picture.draw(story.evacuation())).isEmpty();
        assertThat(picture.names()).hasSize(Picture.MOST + 1);
    }

    @Test
    void whatIsLeftIsToldAnewOfWhatIsAtRiskAlone() {
        story.noticed().begun().streaming();
        var safe = new Story(into(picture), B, REDIS, NOON);
        safe.noticed().begun().streaming().frozen().stored();

        assertThat(picture.look(NOON.plusSeconds(30))).containsExactly(story.evacuation());
        assertThat(status(story.evacuation()).path("left").asText()).isEqualTo("90s");
        assertThat(status(safe.evacuation()).path("left").asText()).isEqualTo("116s");
    }

    private Observer into(Picture fold) {
        return new Observer() {
            @Override
            public void decided(Decided decided) {
                changed.addAll(fold.replay(decided.event()));
            }

            @Override
            public void progressed(Report.SaveProgress progress) {
                changed.addAll(fold.progressed(progress));
            }

            @Override
            public void ordered(dev.lifeboat.migration.Order order) {}

            @Override
            public void echoed(Report.Echoed echoed, Instant heardAt) {}

            @Override
            public void deadLetter(String reason) {}
        };
    }

    private ObjectNode status(Name name) {
        assertThat(changed).contains(name);
        return picture.draw(name).orElseThrow().status();
    }

    private List<String> conditions(Name name) {
        Optional<Drawing> drawing = picture.draw(name);
        var words = new ArrayList<String>();
        drawing.orElseThrow()
                .conditions()
                .forEach(each -> words.add("%s=%s %s"
                        .formatted(
                                each.condition().type(),
                                each.condition().status(),
                                each.condition().reason())));
        return words;
    }
}
