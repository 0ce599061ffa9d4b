package dev.lifeboat.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class DeathWatchTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final NodeName NODE = new NodeName("node-a");
    private static final Notice TAKEN = new Notice.Preemption(
            new NoticeId("00000000000000aa"), NODE, "ec2-sqs", START, START.plusSeconds(120), Action.TERMINATE);

    private final MemoryNoticeLog log = new MemoryNoticeLog();
    private final MemorySpool spool = new MemorySpool(2);
    private final CountingTally tally = new CountingTally();
    private final Set<NodeName> ended = new HashSet<>();
    private final List<NodeName> asked = new ArrayList<>();
    private Instant now = START;
    private final Listener listener = new Listener(log, new MemoryDeadLetterLog(), spool, tally, () -> now);
    private final DeathWatch watch = new DeathWatch("ec2-sqs", this::ended, listener, tally, () -> now);

    private boolean ended(NodeName node) {
        asked.add(node);
        return ended.contains(node);
    }

    @Test
    void aDeathIsToldOnceTheCloudSaysSoAndNobodyIsAskedBeforeTheDeadline() {
        watch.heard(TAKEN);
        now = START.plusSeconds(120).minusMillis(1);
        assertThat(watch.look()).isZero();
        assertThat(asked).isEmpty();

        now = START.plusSeconds(120);
        assertThat(watch.look()).isZero();
        ended.add(NODE);
        assertThat(watch.look()).isEqualTo(1);
        assertThat(watch.look()).isZero();

        assertThat(log.appended())
                .singleElement()
                .isInstanceOfSatisfying(
                        Notice.Death.class, death -> assertThat(death.node()).isEqualTo(NODE));
    }

    @Test
    void aMachineThatIsLetLiveIsGivenUp() {
        watch.heard(TAKEN);
        now = START.plusSeconds(120).plus(DeathWatch.GIVEN_UP_AFTER).plusMillis(1);
        ended.add(NODE);
        assertThat(watch.look()).isZero();
        assertThat(log.appended()).isEmpty();
    }

    @Test
    void aQuestionThatIsNotAnsweredProvesNothingAndIsAskedAgain() {
        var broken = new DeathWatch(
                "ec2-sqs",
                _ -> {
                    throw new IllegalStateException("throttled");
                },
                listener,
                tally,
                () -> now);
        broken.heard(TAKEN);
        now = START.plusSeconds(121);
        assertThat(broken.look()).isZero();
        assertThat(broken.look()).isZero();
        assertThat(tally.count("ec2-sqs silent")).isEqualTo(2);
        assertThat(log.appended()).isEmpty();
    }

    @Test
    void whatIsTakenBackIsNotFollowed() {
        watch.heard(TAKEN);
        watch.heard(new Notice.Withdrawal(
                new NoticeId("00000000000000bb"), NODE, "ec2-sqs", START.plus(Duration.ofSeconds(1)), TAKEN.id()));
        now = START.plusSeconds(121);
        assertThat(watch.look()).isZero();
        assertThat(asked).isEmpty();
    }

    @Test
    void whatOneSourceTakesBackAndAnotherUpholdsIsFollowed() {
        watch.heard(TAKEN);
        watch.heard(new Notice.Preemption(
                new NoticeId("00000000000000cc"), NODE, "ec2-imds", START, START.plusSeconds(120), Action.TERMINATE));
        watch.heard(new Notice.Withdrawal(
                new NoticeId("00000000000000bb"), NODE, "ec2-sqs", START.plusSeconds(1), TAKEN.id()));
        now = START.plusSeconds(121);
        ended.add(NODE);

        assertThat(watch.look()).isEqualTo(1);
    }

    @Test
    void aDrainedMachineIsNotFollowed() {
        watch.heard(new Notice.Drain(TAKEN.id(), NODE, "kubernetes", START, Duration.ofMinutes(2)));
        now = START.plusSeconds(121);

        assertThat(watch.look()).isZero();
        assertThat(asked).isEmpty();
    }

    @Test
    void aMachineIsMetBeforeItsDeadlineUntilTheCloudHasAnswered() {
        var meetings = new ArrayDeque<>(List.of(false, true));
        var shy = new ProofOfDeath() {
            @Override
            public boolean meet(NodeName node) {
                asked.add(node);
                return meetings.remove();
            }

            @Override
            public boolean ended(NodeName node) {
                return meetings.isEmpty();
            }
        };
        var patient = new DeathWatch("gce", shy, listener, tally, () -> now);
        patient.heard(TAKEN);
        patient.look();
        patient.look();
        patient.look();
        assertThat(asked).hasSize(2);

        now = START.plusSeconds(120);
        assertThat(patient.look()).isEqualTo(1);
    }
}
