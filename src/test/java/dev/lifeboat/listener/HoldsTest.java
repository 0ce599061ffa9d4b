package dev.lifeboat.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class HoldsTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration BEAT = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofMinutes(30);

    private final ScriptedEvacuations evacuations = new ScriptedEvacuations();
    private final CountingTally tally = new CountingTally();
    private final Instant[] now = {START};
    private final Holds holds = new Holds(evacuations, LONGEST, tally, () -> now[0]);
    private final Cloud cloud = new Cloud();

    @Test
    void aCloudIsKeptWaitingWhileSomethingIsAtRiskAndThenToldToGoOn() {
        holds.open(cloud);
        evacuations.say(Evacuation.AT_RISK);
        turnAt(START.plus(BEAT).minusMillis(1));
        assertThat(cloud.heard).isEmpty();
        turnAt(START.plus(BEAT));
        turnAt(START.plus(BEAT).plusSeconds(1));
        assertThat(cloud.heard).containsExactly("extend");

        evacuations.say(Evacuation.SAFE);
        turnAt(START.plusSeconds(12));
        turnAt(START.plusSeconds(13));
        assertThat(cloud.heard).containsExactly("extend", "release");
        assertThat(tally.count("ec2-sqs hold RELEASED")).isEqualTo(1);
    }

    @Test
    void whatIsUndecidedIsKept() {
        holds.open(cloud);
        turnAt(START.plus(BEAT));

        assertThat(cloud.heard).containsExactly("extend");
    }

    @Test
    void noCloudIsKeptLongerThanAllowed() {
        holds.open(cloud);
        evacuations.say(Evacuation.AT_RISK);
        turnAt(START.plus(LONGEST).minusMillis(1));
        assertThat(cloud.heard).containsExactly("extend");
        turnAt(START.plus(LONGEST));
        turnAt(START.plus(LONGEST).plusSeconds(60));

        assertThat(cloud.heard).containsExactly("extend", "drop");
        assertThat(tally.count("ec2-sqs hold GIVEN_UP")).isEqualTo(1);
    }

    @Test
    void aCloudThatDoesNotAnswerIsAskedAgain() {
        holds.open(cloud);
        evacuations.say(Evacuation.SAFE);
        cloud.answer = Hold.Answer.AGAIN;
        turnAt(START.plusSeconds(1));
        cloud.answer = Hold.Answer.DONE;
        turnAt(START.plusSeconds(2));
        turnAt(START.plusSeconds(3));

        assertThat(cloud.heard).containsExactly("release", "release");
        assertThat(tally.count("ec2-sqs hold UNANSWERED")).isEqualTo(1);
    }

    @Test
    void aCloudThatWentOnByItselfIsLeftAlone() {
        holds.open(cloud);
        evacuations.say(Evacuation.AT_RISK);
        cloud.answer = Hold.Answer.OVER;
        turnAt(START.plus(BEAT));
        turnAt(START.plus(BEAT).plus(BEAT));

        assertThat(cloud.heard).containsExactly("extend", "drop");
    }

    @Test
    void openingTheSameAgainStartsNothingAnew() {
        holds.open(cloud);
        now[0] = START.plus(LONGEST).minusSeconds(1);
        holds.open(cloud);
        turnAt(START.plus(LONGEST));

        assertThat(cloud.heard).containsExactly("drop");
        assertThat(tally.count("ec2-sqs hold OPENED")).isEqualTo(1);
    }

    @Test
    void aHoldThatItsCloudTookBackIsForgotten() {
        holds.open(cloud);
        holds.close(cloud.name());
        evacuations.say(Evacuation.SAFE);
        turnAt(START.plusSeconds(1));

        assertThat(cloud.heard).isEmpty();
        assertThat(tally.count("ec2-sqs hold OVER")).isEqualTo(1);
    }

    @Test
    void thereIsRoomForAThousand() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(holds.open(new Cloud("hook " + i))).isTrue();
        }
        assertThat(holds.open(new Cloud("one more"))).isFalse();
        assertThat(tally.count("ec2-sqs hold TURNED_AWAY")).isEqualTo(1);
    }

    private void turnAt(Instant when) {
        now[0] = when;
        holds.turn();
    }

    /// Notes what it is asked, and answers as told.
    private static final class Cloud implements Hold {
        private final String name;
        private final List<String> heard = new ArrayList<>();
        private Answer answer = Answer.DONE;

        private Cloud() {
            this("hook");
        }

        private Cloud(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Notice notice() {
            return new Notice.Drain(
                    NoticeId.of(name), new NodeName("node-a"), "ec2-sqs", START, Duration.ofMinutes(10));
        }

        @Override
        public Optional<Duration> beat() {
            return Optional.of(BEAT);
        }

        @Override
        public Answer extend() {
            heard.add("extend");
            return answer;
        }

        @Override
        public Answer release() {
            heard.add("release");
            return answer;
        }

        @Override
        public void drop() {
            heard.add("drop");
        }
    }
}
