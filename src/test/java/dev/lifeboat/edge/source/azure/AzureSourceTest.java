package dev.lifeboat.edge.source.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.source.SourceSettings;
import dev.lifeboat.listener.CountingTally;
import dev.lifeboat.listener.DeadLetter;
import dev.lifeboat.listener.Evacuation;
import dev.lifeboat.listener.Holds;
import dev.lifeboat.listener.Listener;
import dev.lifeboat.listener.MemoryDeadLetterLog;
import dev.lifeboat.listener.MemoryNoticeLog;
import dev.lifeboat.listener.MemorySpool;
import dev.lifeboat.listener.ScriptedEvacuations;
import dev.lifeboat.listener.Trust;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.Reclaim;
import dev.lifeboat.notice.Rejection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Against a server that answers as Azure documents its metadata service.
final class AzureSourceTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String PREEMPT = """
            {"EventId":"A1","EventType":"Preempt","ResourceType":"VirtualMachine","Resources":["pool_0"],
             "EventStatus":"Scheduled","NotBefore":"Thu, 01 Jan 2026 00:00:30 GMT","Description":"Spot",
             "EventSource":"Platform","DurationInSeconds":-1}""";

    private final MemoryNoticeLog log = new MemoryNoticeLog();
    private final MemoryDeadLetterLog deadLetters = new MemoryDeadLetterLog();
    private final CountingTally tally = new CountingTally();

    private final ScriptedEvacuations evacuations = new ScriptedEvacuations();
    private final Holds holds = new Holds(evacuations, Duration.ofMinutes(30), tally, InstantSource.fixed(NOW));
    private final AzureServer server = new AzureServer();
    private final AzureSource source = source(new AzureSource.Patience(Duration.ofMinutes(2), Duration.ofMinutes(2)));

    @AfterEach
    void stop() {
        source.close();
        server.close();
    }

    @Test
    void aPreemptionOfThisMachineHasItsOwnDeadline() throws Exception {
        server.announce(PREEMPT);
        source.look();

        assertThat(log.appended()).singleElement().isInstanceOfSatisfying(Notice.Preemption.class, preemption -> {
            assertThat(preemption.closesAt()).isEqualTo(NOW.plusSeconds(30));
            assertThat(preemption.action()).isEqualTo(Action.TERMINATE);
        });
    }

    @Test
    void anotherMachinesEventIsNotOurs() throws Exception {
        server.announce(PREEMPT.replace("pool_0", "pool_1"));
        source.look();

        assertThat(log.appended()).isEmpty();
        assertThat(deadLetters.appended()).isEmpty();
        assertThat(tally.count("azure heard")).isEqualTo(1);
    }

    @Test
    void anEventThatHasStartedShortensItsWindowToNothing() throws Exception {
        server.announce(PREEMPT);
        source.look();
        server.announce(PREEMPT.replace("Scheduled", "Started").replace("Thu, 01 Jan 2026 00:00:30 GMT", ""));
        source.look();

        assertThat(reclaim().closesAt()).contains(NOW);
    }

    @Test
    void anEventThatIsGoneIsWithdrawn() throws Exception {
        server.announce(PREEMPT);
        source.look();
        server.announce();
        for (int i = 0; i < 3; i++) {
            source.look();
        }

        assertThat(reclaim().standing()).isEqualTo(Reclaim.Standing.CALM);
    }

    @Test
    void eachTypeHasItsEffect() throws Exception {
        server.announce(PREEMPT.replace("Preempt", "Freeze"));
        source.look();
        assertThat(log.appended()).last().isInstanceOf(Notice.Advisory.class);
        for (var effect : Map.of("Reboot", Action.REBOOT, "Redeploy", Action.REDEPLOY, "Terminate", Action.TERMINATE)
                .entrySet()) {
            server.announce(PREEMPT.replace("Preempt", effect.getKey()));
            source.look();
            assertThat(log.appended())
                    .filteredOn(Notice.Preemption.class::isInstance)
                    .last()
                    .extracting(notice -> ((Notice.Preemption) notice).action())
                    .isEqualTo(effect.getValue());
        }
    }

    @Test
    void anAbsurdDocumentIsBuriedAndWithdrawsNothing() throws Exception {
        server.announce(PREEMPT);
        source.look();
        for (String absurd : new String[] {
            "{}",
            document(PREEMPT.replace("Preempt", "Party")),
            document(PREEMPT.replace("2026", "9999")),
            document(PREEMPT.replace("[\"pool_0\"]", "\"pool_0\"")),
            document(PREEMPT.replace("Scheduled", "Imagined")),
        }) {
            server.say(absurd);
            source.look();
        }

        assertThat(deadLetters.appended())
                .extracting(DeadLetter::reason)
                .containsExactly(
                        Rejection.MISSING_FIELD,
                        Rejection.UNKNOWN_EVENT,
                        Rejection.BAD_TIME,
                        Rejection.WRONG_SHAPE,
                        Rejection.UNKNOWN_EVENT);
        assertThat(reclaim().standing()).isEqualTo(Reclaim.Standing.DOOMED);
    }

    @Test
    void anEventMayStartEarlyOnceNothingIsAtRiskAndNotBefore() throws Exception {
        server.announce(PREEMPT);
        source.look();
        holds.turn();
        evacuations.say(Evacuation.AT_RISK);
        holds.turn();
        assertThat(server.startRequests).isEmpty();

        evacuations.say(Evacuation.SAFE);
        holds.turn();
        assertThat(server.startRequests).containsExactly("A1");
        assertThat(tally.count("azure hold RELEASED")).isEqualTo(1);

        source.look();
        holds.turn();
        assertThat(server.startRequests).as("it has started").hasSize(1);
        assertThat(reclaim().closesAt()).contains(NOW);
    }

    @Test
    void anEventOfOtherMachinesTooIsNotStartedByUs() throws Exception {
        evacuations.say(Evacuation.SAFE);
        server.announce(PREEMPT.replace("[\"pool_0\"]", "[\"pool_0\",\"pool_1\"]"));
        source.look();
        holds.turn();

        assertThat(log.appended()).hasSize(1);
        assertThat(server.startRequests).isEmpty();
    }

    @Test
    void aPauseAndAnEventFarOffAreNotStartedByUs() throws Exception {
        evacuations.say(Evacuation.SAFE);
        server.announce(
                PREEMPT.replace("Preempt", "Freeze"),
                PREEMPT.replace("A1", "A2").replace("00:00:30", "00:10:00"));
        source.look();
        holds.turn();
        assertThat(server.startRequests).isEmpty();

        server.announce(PREEMPT.replace("A1", "A2").replace("00:00:30", "00:09:59"));
        source.look();
        holds.turn();
        assertThat(server.startRequests).containsExactly("A2");
    }

    @Test
    void anEventThatWasCalledOffIsNotStarted() throws Exception {
        server.announce(PREEMPT);
        source.look();
        server.announce();
        source.look();
        evacuations.say(Evacuation.SAFE);
        holds.turn();

        assertThat(server.startRequests).isEmpty();
    }

    @Test
    void anEventThatStartsBeforeWeAgreeIsOver() throws Exception {
        server.announce(PREEMPT);
        source.look();
        server.announce(PREEMPT.replace("Scheduled", "Started"));
        evacuations.say(Evacuation.SAFE);
        holds.turn();

        assertThat(server.startRequests).containsExactly("A1");
        assertThat(tally.count("azure hold OVER")).isEqualTo(1);
    }

    /// Up to two minutes, the vendor says. Until then it is waited for, since asking again would not hurry it.
    @Test
    void theFirstQuestionTurnsTheServiceOnAndIsGivenTheTimeThatThisTakes() throws Exception {
        server.announce(PREEMPT);
        server.takeItsTime(Duration.ofMillis(200));
        try (var hurried = source(new AzureSource.Patience(Duration.ofMinutes(2), Duration.ofMillis(20)))) {
            hurried.look();
            assertThat(log.appended()).hasSize(1);
            assertThat(tally.count("azure silent")).isZero();

            hurried.look();
            assertThat(tally.count("azure silent")).as("it is on now, and slow").isEqualTo(1);
        }
    }

    @Test
    void aFirstQuestionThatIsNotAnsweredIsAnOutageAndAskedAgainWithTheSamePatience() throws Exception {
        server.announce(PREEMPT);
        server.takeItsTime(Duration.ofMillis(200));
        try (var hurried = source(new AzureSource.Patience(Duration.ofMillis(20), Duration.ofMinutes(2)))) {
            hurried.look();
            hurried.look();
        }

        assertThat(log.appended()).isEmpty();
        assertThat(tally.count("azure silent")).isEqualTo(2);
    }

    @Test
    void aDocumentThatHasNotChangedSaysNothingNew() throws Exception {
        server.announce(PREEMPT);
        for (int i = 0; i < 20; i++) {
            source.look();
        }

        assertThat(log.appended()).hasSize(1);
        assertThat(tally.count("azure hold OPENED")).isEqualTo(1);
    }

    /// It is unique, the vendor says; not that it counts up.
    @Test
    void anIncarnationIsAnyNumberAndNothingElse() throws Exception {
        server.say("{\"DocumentIncarnation\":7,\"Events\":[" + PREEMPT + "]}");
        source.look();
        server.say("{\"DocumentIncarnation\":8,\"Events\":[" + PREEMPT + "]}");
        source.look();
        assertThat(log.appended()).hasSize(1);

        server.say("{\"DocumentIncarnation\":3,\"Events\":[" + PREEMPT + "," + PREEMPT.replace("A1", "A2") + "]}");
        source.look();
        assertThat(log.appended()).hasSize(2);

        for (String incarnation : new String[] {"\"9\"", "9.5", "99999999999999999999", "null"}) {
            server.say("{\"DocumentIncarnation\":" + incarnation + ",\"Events\":[]}");
            source.look();
        }
        assertThat(deadLetters.appended())
                .extracting(DeadLetter::reason)
                .containsExactly(
                        Rejection.WRONG_TYPE, Rejection.WRONG_TYPE, Rejection.WRONG_TYPE, Rejection.MISSING_FIELD);
        assertThat(reclaim().standing()).isEqualTo(Reclaim.Standing.DOOMED);
    }

    private AzureSource source(AzureSource.Patience patience) {
        return new AzureSource(
                new SourceSettings("azure", true, server.endpoint(), Trust.FULL, Map.of(), Map.of(), Map.of()),
                new NodeName("node-a"),
                new Listener(log, deadLetters, new MemorySpool(9), tally, InstantSource.fixed(NOW)),
                holds,
                tally,
                InstantSource.fixed(NOW),
                patience);
    }

    private static String document(String event) {
        return "{\"DocumentIncarnation\":1,\"Events\":[" + event + "]}";
    }

    private Reclaim reclaim() {
        var reclaim = Reclaim.of(log.appended().getFirst());
        for (Notice notice : log.appended()) {
            reclaim = reclaim.with(notice);
        }
        return reclaim;
    }
}
