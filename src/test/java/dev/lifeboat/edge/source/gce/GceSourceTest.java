package dev.lifeboat.edge.source.gce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.source.SourceSettings;
import dev.lifeboat.listener.CountingTally;
import dev.lifeboat.listener.DeadLetter;
import dev.lifeboat.listener.Listener;
import dev.lifeboat.listener.MemoryDeadLetterLog;
import dev.lifeboat.listener.MemoryNoticeLog;
import dev.lifeboat.listener.MemorySpool;
import dev.lifeboat.listener.Trust;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.Rejection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class GceSourceTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final GceServer server = new GceServer();
    private final ComputeServer api = new ComputeServer();
    private final MemoryNoticeLog log = new MemoryNoticeLog();
    private final MemoryDeadLetterLog deadLetters = new MemoryDeadLetterLog();
    private final CountingTally tally = new CountingTally();
    private final Listener listener =
            new Listener(log, deadLetters, new MemorySpool(9), tally, InstantSource.fixed(NOW));
    private final GceSource source = source(GceKey.PREEMPTED);

    @AfterEach
    void stop() {
        source.close();
        server.close();
        api.close();
    }

    @Test
    void aNodesOwnWindowCountsAndNotTheOneInTheSettings() throws Exception {
        String notice = "{\"provisioningModel\":\"SPOT\",\"preemptionNoticeDuration\":{\"seconds\":\"120\"}}";
        api.instance("node-a", GceServer.ID, "RUNNING", notice);
        server.set(GceKey.PREEMPTED, "TRUE");
        source.look();

        assertThat(log.appended())
                .singleElement()
                .isInstanceOfSatisfying(
                        Notice.Preemption.class,
                        preemption -> assertThat(preemption.closesAt()).isEqualTo(NOW.plusSeconds(120)));
    }

    @Test
    void whatStandsAtTheStartIsHeardAtOnce() throws Exception {
        server.set(GceKey.PREEMPTED, "TRUE");
        source.look();

        assertThat(log.appended())
                .singleElement()
                .isInstanceOfSatisfying(
                        Notice.Preemption.class,
                        preemption -> assertThat(preemption.closesAt()).isEqualTo(NOW.plusSeconds(30)));
    }

    @Test
    void aChangeIsHeardByTheRequestThatHangs() throws Exception {
        source.look();
        assertThat(log.appended()).isEmpty();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var look = threads.submit(() -> {
                source.look();
                return true;
            });
            server.awaitHanging();
            assertThat(look.isDone()).isFalse();
            server.set(GceKey.PREEMPTED, "TRUE");
            assertThat(look.get(5, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(log.appended()).singleElement().isInstanceOf(Notice.Preemption.class);
    }

    @Test
    void aValueThatGoesBackIsAWithdrawal() throws Exception {
        server.set(GceKey.PREEMPTED, "TRUE");
        source.look();
        server.set(GceKey.PREEMPTED, "FALSE");
        source.look();

        assertThat(log.appended()).hasSize(2).last().isInstanceOf(Notice.Withdrawal.class);
    }

    @Test
    void liveMigrationIsAnAdvisoryAndTerminationIsNot() throws Exception {
        try (var maintenance = source(GceKey.MAINTENANCE)) {
            server.set(GceKey.MAINTENANCE, "MIGRATE_ON_HOST_MAINTENANCE");
            maintenance.look();
            assertThat(log.appended()).last().isInstanceOf(Notice.Advisory.class);
            server.set(GceKey.MAINTENANCE, "TERMINATE_ON_HOST_MAINTENANCE");
            maintenance.look();
            assertThat(log.appended()).hasAtLeastOneElementOfType(Notice.Preemption.class);
        }
    }

    @Test
    void anAnswerThatIsNotGooglesIsAnOutage() throws Exception {
        server.set(GceKey.PREEMPTED, "TRUE");
        server.answerAs("somebody");
        source.look();

        assertThat(log.appended()).isEmpty();
        assertThat(tally.count("gce silent")).isEqualTo(1);
    }

    /// Without a tag nothing can hang: the value is asked for as it is.
    @Test
    void aServerWithoutTagsIsStillUnderstood() throws Exception {
        server.leaveTagsOut();
        source.look();
        server.set(GceKey.PREEMPTED, "TRUE");
        source.look();
        source.look();

        assertThat(log.appended()).singleElement().isInstanceOf(Notice.Preemption.class);
    }

    @Test
    void aTagThatIsNoneIsNotSentBack() throws Exception {
        server.tagAll("a&timeout_sec=0#");
        source.look();
        server.set(GceKey.PREEMPTED, "TRUE");
        source.look();

        assertThat(log.appended()).singleElement().isInstanceOf(Notice.Preemption.class);
    }

    @Test
    void aRequestThatHangsForLongerThanAgreedIsAnOutageAndTheNextIsHeard() throws Exception {
        var silent = source(GceKey.PREEMPTED, Duration.ZERO);
        server.hangOn();
        silent.look();
        assertThat(tally.count("gce silent")).isEqualTo(1);

        server.goOn();
        server.set(GceKey.PREEMPTED, "TRUE");
        silent.look();
        silent.close();
        assertThat(log.appended()).singleElement().isInstanceOf(Notice.Preemption.class);
    }

    @Test
    void aWordThatWeDoNotKnowIsBuried() throws Exception {
        server.set(GceKey.PREEMPTED, "PERHAPS");
        source.look();
        server.set(GceKey.PREEMPTED, "x".repeat(1_000));
        source.look();
        server.set(GceKey.PREEMPTED, " ");
        source.look();

        assertThat(deadLetters.appended())
                .extracting(DeadLetter::reason)
                .containsExactly(Rejection.UNKNOWN_ACTION, Rejection.TOO_LARGE, Rejection.MISSING_FIELD);
    }

    private GceSource source(GceKey key) {
        return source(key, Duration.ofSeconds(5));
    }

    private GceSource source(GceKey key, Duration hang) {
        var settings = new SourceSettings(
                "gce",
                true,
                server.endpoint(),
                Trust.FULL,
                Map.of(),
                Map.of("window", Duration.ofSeconds(30), "hang", hang),
                Map.of());
        var window = new GceWindow(server.endpoint(), api.endpoint(), settings.duration("window"));
        return new GceSource(settings, key, new NodeName("node-a"), window, listener, tally, InstantSource.fixed(NOW));
    }
}
