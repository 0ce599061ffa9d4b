package dev.lifeboat.edge.source.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.kafka.FileNotebook;
import dev.lifeboat.listener.CountingTally;
import dev.lifeboat.listener.DeadLetter;
import dev.lifeboat.listener.Listener;
import dev.lifeboat.listener.MemoryDeadLetterLog;
import dev.lifeboat.listener.MemoryNoticeLog;
import dev.lifeboat.listener.MemorySpool;
import dev.lifeboat.listener.Payload;
import dev.lifeboat.listener.Trust;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.Reclaim;
import dev.lifeboat.notice.Rejection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ImdsSourceTest {
    private static final NodeName NODE = new NodeName("node-a");
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String TERMINATE = "{\"action\":\"terminate\",\"time\":\"2026-01-01T00:02:00Z\"}";

    private final ImdsServer server = new ImdsServer();
    private final Imds imds = new Imds(server.endpoint(), InstantSource.fixed(NOW));
    private final MemoryNoticeLog log = new MemoryNoticeLog();
    private final MemoryDeadLetterLog deadLetters = new MemoryDeadLetterLog();
    private final CountingTally tally = new CountingTally();
    private final Listener listener =
            new Listener(log, deadLetters, new MemorySpool(100), tally, InstantSource.fixed(NOW));
    private final ImdsSource source = source(ImdsPath.INSTANCE_ACTION, Trust.FULL);

    @AfterEach
    void stop() {
        imds.close();
        server.close();
    }

    @Test
    void aTerminationIsAPreemptionWithTheCloudsOwnDeadline() throws Exception {
        server.announce(ImdsPath.INSTANCE_ACTION, TERMINATE);
        source.look();

        assertThat(log.appended()).singleElement().isInstanceOfSatisfying(Notice.Preemption.class, preemption -> {
            assertThat(preemption.node()).isEqualTo(NODE);
            assertThat(preemption.closesAt()).isEqualTo(NOW.plusSeconds(120));
            assertThat(preemption.action()).isEqualTo(Action.TERMINATE);
            assertThat(preemption.source()).isEqualTo("ec2-imds");
        });
    }

    @Test
    void aStopIsOneToo() throws Exception {
        server.announce(ImdsPath.INSTANCE_ACTION, TERMINATE.replace("terminate", "stop"));
        source.look();

        assertThat(preemption().action()).isEqualTo(Action.STOP);
    }

    @Test
    void hibernationLeavesNoWindow() throws Exception {
        server.announce(ImdsPath.INSTANCE_ACTION, TERMINATE.replace("terminate", "hibernate"));
        source.look();

        assertThat(preemption().closesAt()).isEqualTo(NOW);
    }

    @Test
    void aNoticeThatStandsForManyLooksIsSaidOnce() throws Exception {
        server.announce(ImdsPath.INSTANCE_ACTION, TERMINATE);
        for (int i = 0; i < 20; i++) {
            source.look();
        }

        assertThat(log.appended()).hasSize(1);
        assertThat(server.tokensIssued).hasValue(1);
    }

    @Test
    void notFoundMeansThatNothingIsAnnounced() throws Exception {
        source.look();

        assertThat(log.appended()).isEmpty();
        assertThat(deadLetters.appended()).isEmpty();
        assertThat(tally.count("ec2-imds heard")).isEqualTo(1);
    }

    @Test
    void anExpiredTokenIsRenewedWithinTheSameLook() throws Exception {
        source.look();
        server.expireTokens();
        server.announce(ImdsPath.INSTANCE_ACTION, TERMINATE);
        source.look();

        assertThat(log.appended()).hasSize(1);
        assertThat(server.tokensIssued).hasValue(2);
        assertThat(server.refusals).hasValue(1);
    }

    @Test
    void aTokenIsRenewedBeforeItEnds() throws Exception {
        var later = new Instant[] {NOW};
        try (var aging = new Imds(server.endpoint(), () -> later[0])) {
            aging.get("x");
            later[0] = NOW.plusSeconds(3_539);
            aging.get("x");
            assertThat(server.tokensIssued).hasValue(1);
            later[0] = NOW.plusSeconds(3_540);
            aging.get("x");
            assertThat(server.tokensIssued).hasValue(2);
        }
        assertThat(server.refusals).hasValue(0);
    }

    @Test
    void aTokenThatIsRefusedAgainIsAnOutageAndNotAskedForForEver() {
        server.refuseAll();
        source.look();

        assertThat(server.tokensIssued).hasValue(2);
        assertThat(server.refusals).hasValue(2);
        assertThat(tally.count("ec2-imds silent")).isEqualTo(1);
    }

    /// Version 2 turned off, a token that no header can hold, one that is too long, none.
    @ParameterizedTest
    @CsvSource({"403,token", "200,to ken", "200,ÄÖÜ", "200,''", "500,token"})
    void whatIsNoTokenIsAnOutage(int status, String token) {
        server.issue(status, token);
        source.look();

        assertThat(tally.count("ec2-imds silent")).isEqualTo(1);
        assertThat(server.refusals).hasValue(0);
    }

    @Test
    void looksAtOnceThatMeetAnExpiredTokenRenewItOnce() throws Exception {
        source.look();
        server.expireTokens();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (ImdsPath path : ImdsPath.values()) {
                var _ = threads.submit(() -> source(path, Trust.FULL).look());
            }
        }

        assertThat(server.tokensIssued).hasValue(2);
        assertThat(tally.count("ec2-imds silent")).isZero();
    }

    @Test
    void anOutageIsNotNothingAnnounced() throws Exception {
        server.announce(ImdsPath.INSTANCE_ACTION, TERMINATE);
        source.look();
        for (int i = 0; i < 20; i++) {
            server.answer(ImdsPath.INSTANCE_ACTION, 503, "text/plain", new byte[0]);
            source.look();
        }

        assertThat(log.appended()).hasSize(1);
        assertThat(tally.count("ec2-imds silent")).isEqualTo(20);
    }

    @Test
    void aServiceThatIsGoneIsAnOutage() throws Exception {
        server.close();
        source.look();

        assertThat(tally.count("ec2-imds silent")).isEqualTo(1);
        assertThat(tally.count("ec2-imds heard")).isZero();
    }

    @Test
    void aRetractedNoticeIsWithdrawnAfterSomeLooks() throws Exception {
        server.announce(ImdsPath.INSTANCE_ACTION, TERMINATE);
        source.look();
        server.retract(ImdsPath.INSTANCE_ACTION);
        for (int i = 0; i < ImdsPath.INSTANCE_ACTION.looksUntilGone(); i++) {
            assertThat(log.appended()).hasSize(1);
            source.look();
        }

        assertThat(log.appended()).hasSize(2).last().isInstanceOf(Notice.Withdrawal.class);
        assertThat(reclaim().standing()).isEqualTo(Reclaim.Standing.CALM);
    }

    @Test
    void whatWentAwayWhileNobodyLookedIsWithdrawnByTheNextListenerAndOtherThingsAreNot(@TempDir Path folder)
            throws Exception {
        server.announce(ImdsPath.INSTANCE_ACTION, TERMINATE);
        server.announce(ImdsPath.REBALANCE, "{\"noticeTime\":\"2026-01-01T00:00:00Z\"}");
        source(ImdsPath.INSTANCE_ACTION, keeping(folder)).look();
        source(ImdsPath.REBALANCE, keeping(folder)).look();
        server.retract(ImdsPath.INSTANCE_ACTION);

        Listener next = keeping(folder);
        ImdsSource actions = source(ImdsPath.INSTANCE_ACTION, next);
        for (int i = 0; i < ImdsPath.INSTANCE_ACTION.looksUntilGone(); i++) {
            actions.look();
            source(ImdsPath.REBALANCE, next).look();
        }

        assertThat(log.appended())
                .filteredOn(Notice.Withdrawal.class::isInstance)
                .singleElement()
                .extracting(notice -> ((Notice.Withdrawal) notice).withdrawn())
                .isEqualTo(log.appended().getFirst().id());
        assertThat(new FileNotebook(folder.resolve("announced"))
                        .announced(ImdsNotices.SOURCE, ImdsPath.REBALANCE.path()))
                .hasSize(1);
    }

    private Listener keeping(Path folder) throws IOException {
        var notebook = new FileNotebook(folder.resolve("announced"));
        return new Listener(log, deadLetters, new MemorySpool(100), notebook, tally, InstantSource.fixed(NOW));
    }

    private ImdsSource source(ImdsPath path, Listener taking) {
        return new ImdsSource(imds, path, NODE, Trust.FULL, taking, tally, InstantSource.fixed(NOW));
    }

    @Test
    void aShortenedDeadlineIsASecondWord() throws Exception {
        server.announce(ImdsPath.INSTANCE_ACTION, TERMINATE);
        source.look();
        server.announce(ImdsPath.INSTANCE_ACTION, TERMINATE.replace("00:02:00", "00:01:00"));
        source.look();

        assertThat(reclaim().closesAt()).contains(NOW.plusSeconds(60));
    }

    @Test
    void aRebalanceRecommendationIsAnAdvisory() throws Exception {
        server.announce(ImdsPath.REBALANCE, "{\"noticeTime\":\"2025-12-31T23:59:59Z\"}");
        source(ImdsPath.REBALANCE, Trust.FULL).look();

        assertThat(log.appended()).singleElement().isInstanceOf(Notice.Advisory.class);
    }

    @Test
    void maintenanceHasItsOwnDeadlineAndCanBeCanceled() throws Exception {
        String event = """
                [{"NotBefore":"21 Jan 2026 09:00:43 GMT","Code":"system-reboot","Description":"scheduled reboot",
                  "EventId":"instance-event-0d59937288b749b32","NotAfter":"21 Jan 2026 09:17:23 GMT","State":"active"}]
                """;
        var maintenance = source(ImdsPath.MAINTENANCE, Trust.FULL);
        server.announce(ImdsPath.MAINTENANCE, event);
        maintenance.look();
        assertThat(preemption().closesAt()).isEqualTo(Instant.parse("2026-01-21T09:00:43Z"));
        assertThat(preemption().action()).isEqualTo(Action.REBOOT);

        server.announce(
                ImdsPath.MAINTENANCE,
                event.replace("active", "canceled").replace("\"scheduled", "\"[Canceled] scheduled"));
        maintenance.look();
        maintenance.look();
        assertThat(reclaim().standing()).isEqualTo(Reclaim.Standing.CALM);
    }

    @Test
    void anEmptyListOfMaintenanceIsQuiet() throws Exception {
        server.announce(ImdsPath.MAINTENANCE, "[]");
        source(ImdsPath.MAINTENANCE, Trust.FULL).look();

        assertThat(log.appended()).isEmpty();
        assertThat(deadLetters.appended()).isEmpty();
    }

    @Test
    void aScalingGroupThatTakesTheInstanceOutIsADrain() throws Exception {
        var lifecycle = source(ImdsPath.LIFECYCLE, Trust.FULL);
        server.announce(ImdsPath.LIFECYCLE, "InService");
        lifecycle.look();
        assertThat(log.appended()).isEmpty();

        server.announce(ImdsPath.LIFECYCLE, "Terminated");
        lifecycle.look();
        assertThat(log.appended()).singleElement().isInstanceOf(Notice.Drain.class);
    }

    @Test
    void aSourceTrustedWithTheReversibleAloneGivesAdvisories() throws Exception {
        server.announce(ImdsPath.INSTANCE_ACTION, TERMINATE);
        source(ImdsPath.INSTANCE_ACTION, Trust.REVERSIBLE).look();

        assertThat(log.appended()).singleElement().isInstanceOf(Notice.Advisory.class);
    }

    /// What no metadata service would say.
    record Absurdity(Rejection reason, String contentType, Payload body) {
        @Override
        public String toString() {
            return reason.name();
        }
    }

    static Stream<Absurdity> absurdities() {
        return Stream.of(
                bad(Rejection.NOT_JSON, "<html>captive portal</html>"),
                bad(Rejection.NOT_JSON, ""),
                bad(Rejection.NOT_JSON, "{\"action\":\"terminate\",\"time\":\"2026-01-01T0"),
                bad(Rejection.NOT_JSON, TERMINATE + TERMINATE),
                bad(Rejection.WRONG_SHAPE, "[" + TERMINATE + "]"),
                bad(Rejection.WRONG_SHAPE, "null"),
                bad(Rejection.MISSING_FIELD, "{\"time\":\"2026-01-01T00:02:00Z\"}"),
                bad(Rejection.MISSING_FIELD, "{\"action\":\"terminate\"}"),
                bad(Rejection.MISSING_FIELD, TERMINATE.replace("\"terminate\"", "null")),
                bad(Rejection.MISSING_FIELD, TERMINATE.replace("terminate", " ")),
                bad(Rejection.WRONG_TYPE, TERMINATE.replace("\"terminate\"", "1")),
                bad(Rejection.WRONG_TYPE, TERMINATE.replace("\"2026-01-01T00:02:00Z\"", "{}")),
                bad(Rejection.UNKNOWN_ACTION, TERMINATE.replace("terminate", "explode")),
                bad(Rejection.UNKNOWN_ACTION, TERMINATE.replace("terminate", "TERMINATE")),
                bad(Rejection.BAD_TIME, TERMINATE.replace("2026-01-01T00:02:00Z", "tomorrow")),
                bad(Rejection.BAD_TIME, TERMINATE.replace("01T00", "32T00")),
                bad(Rejection.PAST_DEADLINE, TERMINATE.replace("2026", "2020")),
                bad(Rejection.DEADLINE_TOO_FAR, TERMINATE.replace("2026", "9999")),
                bad(Rejection.DUPLICATE_KEY, "{\"action\":\"stop\"," + TERMINATE.substring(1)),
                bad(Rejection.TOO_DEEP, "[".repeat(5_000)),
                bad(Rejection.TOO_DEEP, TERMINATE.replace("terminate", "x".repeat(10_000))),
                bad(Rejection.TOO_LARGE, " ".repeat(1 << 20)),
                new Absurdity(Rejection.NOT_UTF8, "text/plain", Payload.of(new byte[] {'{', (byte) 0xc3, '}'})),
                new Absurdity(Rejection.WRONG_CONTENT_TYPE, "text/html; charset=utf-8", Payload.of(TERMINATE)));
    }

    @ParameterizedTest(name = "{0} #{index}")
    @MethodSource("absurdities")
    void absurdInputEndsInTheDeadLettersAndTheServiceGoesOn(Absurdity absurd) throws Exception {
        server.answer(
                ImdsPath.INSTANCE_ACTION,
                200,
                absurd.contentType(),
                absurd.body().bytes());
        source.look();
        source.look();

        assertThat(deadLetters.appended()).extracting(DeadLetter::reason).containsExactly(absurd.reason());
        assertThat(tally.count("ec2-imds " + absurd.reason())).isEqualTo(1);
        server.announce(ImdsPath.INSTANCE_ACTION, TERMINATE);
        source.look();
        assertThat(log.appended()).hasSize(1);
    }

    @Test
    void everyReasonButAForeignNodesNameIsShownByAnExample() {
        Set<Rejection> shown = EnumSet.noneOf(Rejection.class);
        absurdities().forEach(absurd -> shown.add(absurd.reason()));

        assertThat(EnumSet.complementOf(EnumSet.copyOf(shown)))
                .containsExactlyInAnyOrder(Rejection.UNKNOWN_EVENT, Rejection.BAD_NODE);
    }

    private static Absurdity bad(Rejection reason, String body) {
        return new Absurdity(reason, "text/plain", Payload.of(body));
    }

    private ImdsSource source(ImdsPath path, Trust trust) {
        return new ImdsSource(imds, path, NODE, trust, listener, tally, InstantSource.fixed(NOW));
    }

    private Notice.Preemption preemption() {
        return (Notice.Preemption) log.appended().getLast();
    }

    private Reclaim reclaim() {
        List<Notice> words = log.appended();
        var reclaim = Reclaim.of(words.getFirst());
        for (Notice word : words) {
            reclaim = reclaim.with(word);
        }
        return reclaim;
    }
}
