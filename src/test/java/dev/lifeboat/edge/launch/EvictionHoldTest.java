package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.kubernetes.Admission.Answer;
import dev.lifeboat.edge.kubernetes.Admission.Refusal;
import dev.lifeboat.edge.launch.EvictionHold.Leaving;
import dev.lifeboat.migration.LetGoReason;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.Planned;
import dev.lifeboat.migration.Subject;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.orchestrator.Departures;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class EvictionHoldTest {
    private static final Instant AT = Instant.parse("2026-03-01T12:00:00Z");
    private static final NoticeId NOTICE = new NoticeId("00000000000000aa");
    private static final WorkloadId CART = WorkloadId.parse("shop/cart-0");
    private static final MigrationId ID = MigrationId.of(NOTICE, CART, 1);

    private final Departures departures = new Departures();
    private final List<Leaving> drains = new ArrayList<>();
    private Optional<Leaving> leaving = Optional.of(new Leaving("uid", "node-a", NOTICE));
    private Instant now = AT;
    private final EvictionHold hold = new EvictionHold(new Drains(), departures, () -> now);

    @Test
    void aPodThatIsNotOursOrWhoseNodeIsNotEmptiedGoes() {
        leaving = Optional.empty();

        assertThat(asked()).isEmpty();
        assertThat(drains).isEmpty();
    }

    @Test
    void theFirstQuestionSaysTheDrainAndNoOther() {
        assertThat(asked()).isPresent();
        assertThat(asked()).isPresent();

        assertThat(drains).containsExactly(new Leaving("uid", "node-a", NOTICE));
    }

    @Test
    void theDrainOfANodeIsSaidOnceForAllItsPods() {
        asked();
        leaving = Optional.of(new Leaving("another", "node-a", NOTICE));
        asked();

        assertThat(drains).hasSize(1);
    }

    /// It was uncordoned meanwhile, and the pod stayed.
    @Test
    void theNextDrainOfTheSameNodeIsSaidAndHeldAnew() {
        asked();
        now = AT.plusSeconds(3600);
        leaving = Optional.of(new Leaving("uid", "node-a", new NoticeId("00000000000000bb")));

        assertThat(asked()).isPresent();
        assertThat(drains).hasSize(2);
    }

    @Test
    void aDrainThatNothingComesOfIsHeldForHalfAMinute() {
        asked();

        now = AT.plusSeconds(30).minusMillis(1);
        assertThat(asked()).isPresent();
        now = AT.plusSeconds(30);
        assertThat(asked()).isEmpty();
    }

    @Test
    void whatIsBeingSavedIsHeldUntilItIsOver() {
        asked();
        begin();

        now = AT.plusSeconds(300);
        assertThat(asked()).isPresent();
        departures.replay(new MigrationEvent.WorkloadLetGo(ID, now, LetGoReason.SAVES_FAILED));
        assertThat(asked()).isEmpty();
    }

    @Test
    void noDrainWaitsForEver() {
        asked();
        begin();

        now = AT.plusSeconds(12 * 60);
        assertThat(asked()).isEmpty();
    }

    /// An earlier drain of the same pod ended with its being let go.
    @Test
    void whatCameOfAnEarlierMigrationSaysNothing() {
        begin();
        departures.replay(new MigrationEvent.WorkloadLetGo(ID, AT, LetGoReason.WITHDRAWN));

        now = AT.plusSeconds(100);
        assertThat(asked()).isPresent();
    }

    /// kubectl asks by name, and the pod that took the place has the same one.
    @Test
    void whatTookTheSavedPodsPlaceIsNotEvictedInItsStead() {
        asked();
        begin();
        leaving = Optional.empty();
        assertThat(asked()).isEmpty();

        store();
        assertThat(asked()).map(Refusal::answer).contains(Answer.GONE);
        resume();
        now = AT.plusSeconds(30).minusMillis(1);
        assertThat(asked()).map(Refusal::answer).contains(Answer.GONE);
        now = AT.plusSeconds(30);
        assertThat(asked()).isEmpty();
    }

    private Optional<Refusal> asked() {
        return hold.against("shop", "cart-0");
    }

    private void store() {
        departures.replay(new MigrationEvent.SaveOrdered(ID, AT));
        departures.replay(new MigrationEvent.CheckpointStored(
                ID, AT, ID.checkpoint(1), new ByteCount(1), new ByteCount(1), Duration.ZERO));
    }

    private void resume() {
        departures.replay(new MigrationEvent.WorkloadResumed(ID, AT, new NodeName("node-b"), 42));
    }

    private void begin() {
        departures.replay(new MigrationEvent.MigrationBegun(
                new Subject(ID, new NodeName("node-a"), CART, NOTICE, AT.plusSeconds(600), Planned.turn(1), null), AT));
    }

    private final class Drains implements EvictionHold.Drains {
        @Override
        public Optional<Leaving> leaving(String namespace, String name) {
            return leaving;
        }

        @Override
        public void say(Leaving node, Instant at) {
            drains.add(node);
        }
    }
}
