package dev.lifeboat.edge.source.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.listener.CountingTally;
import dev.lifeboat.listener.Listener;
import dev.lifeboat.listener.MemoryDeadLetterLog;
import dev.lifeboat.listener.MemoryNoticeLog;
import dev.lifeboat.listener.MemorySpool;
import dev.lifeboat.listener.Trust;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

/// Against AWS's own amazon-ec2-metadata-mock, where it can be built.
final class AemmIT {
    private static final NodeName NODE = new NodeName("node-a");

    private final MemoryNoticeLog log = new MemoryNoticeLog();
    private final MemoryDeadLetterLog deadLetters = new MemoryDeadLetterLog();
    private final CountingTally tally = new CountingTally();
    private final Listener listener = new Listener(log, deadLetters, new MemorySpool(9), tally, InstantSource.system());

    @Test
    void aSpotInterruptionIsHeardWithItsDeadlineAndItsRecommendationOverSessionTokensAlone() throws Exception {
        Instant deadline = Instant.now().plus(Duration.ofMinutes(2)).truncatedTo(ChronoUnit.SECONDS);
        try (var aemm = AemmServer.start("spot", "--action", "terminate", "--time", deadline.toString())) {
            assertThat(aemm.statusWithoutToken()).isEqualTo(401);
            lookEverywhere(aemm);

            assertThat(log.appended()).hasSize(2);
            assertThat(log.appended().getFirst()).isInstanceOfSatisfying(Notice.Preemption.class, preemption -> {
                assertThat(preemption.action()).isEqualTo(Action.TERMINATE);
                assertThat(preemption.closesAt()).isEqualTo(deadline);
            });
            assertThat(log.appended().getLast()).isInstanceOf(Notice.Advisory.class);
        }
        assertThat(deadLetters.appended()).isEmpty();
    }

    @Test
    void aScalingGroupsTargetStateIsADrain() throws Exception {
        try (var aemm = AemmServer.start("asglifecycle")) {
            lookEverywhere(aemm);
        }
        assertThat(log.appended()).singleElement().isInstanceOf(Notice.Drain.class);
        assertThat(deadLetters.appended()).isEmpty();
    }

    private void lookEverywhere(AemmServer aemm) throws InterruptedException {
        try (var imds = new Imds(aemm.endpoint(), InstantSource.system())) {
            for (ImdsPath path : ImdsPath.values()) {
                new ImdsSource(imds, path, NODE, Trust.FULL, listener, tally, InstantSource.system()).look();
            }
        }
        assertThat(tally.count("ec2-imds heard")).isEqualTo(ImdsPath.values().length);
        assertThat(tally.count("ec2-imds silent")).isZero();
    }
}
