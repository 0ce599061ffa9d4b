package dev.lifeboat.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Drawn;
import dev.lifeboat.Provided;
import dev.lifeboat.edge.demo.victim.Tick;
import dev.lifeboat.edge.demo.victim.TickLog;
import dev.lifeboat.edge.demo.victim.TickSum;
import dev.lifeboat.edge.kafka.Brokers;
import dev.lifeboat.edge.kafka.EmbeddedBroker;
import dev.lifeboat.edge.kafka.KafkaNoticeLog;
import dev.lifeboat.edge.kafka.ListenerProducer;
import dev.lifeboat.edge.kafka.RunningOrchestrator;
import dev.lifeboat.edge.kafka.RunningOrchestrator.Mind;
import dev.lifeboat.edge.kafka.Topics;
import dev.lifeboat.edge.objectstore.S3Server;
import dev.lifeboat.edge.policyfile.PolicyFiles;
import dev.lifeboat.estimate.Estimate;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.MigrationEvent;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.orchestrator.Limits;
import dev.lifeboat.orchestrator.Observer;
import dev.lifeboat.orchestrator.PolicyPlanner;
import dev.lifeboat.orchestrator.Terms;
import dev.lifeboat.plan.Choice;
import dev.lifeboat.plan.Explanation;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The main job between two machines of their own kernel, planned by the production planner from policies: a drain
/// whose saves teach it how long saves take here, a chain of pre-dumps at the policy's pace, a notice, the rounds that
/// the planner finds time for, the final dump on top of them, the machine's death at the deadline, and the restore on
/// the other one. Broker, store and orchestrator stand outside.
final class TwoMachinesVM {
    private static final int MEBIBYTES = 48;

    /// 2 % a second, a page every 3 ms: what a round of pre-dumps takes here, some seconds, changes a tenth
    /// or so.
    private static final double CHURN = 0.02;

    private static final long SEED = 42;
    private static final int ROUNDS = 3;

    /// What is emulated takes ten times as long or more, and CI's machine is busy.
    private static final Duration PATIENCE = Duration.ofMinutes(12);

    /// A restore takes minutes when a machine is emulated on a busy one: asking again would only make
    /// it slower.
    private static final Limits PATIENT = new Limits(
            Limits.STANDARD.saves(),
            Limits.STANDARD.saveRetryAfter(),
            Limits.STANDARD.restores(),
            Limits.STANDARD.restoreRetryAfter(),
            PATIENCE,
            Duration.ofMinutes(2),
            Limits.STANDARD.deadAfter(),
            Duration.ofHours(1));

    private static final Duration WINDOW = Duration.ofMinutes(2);
    /// As many partitions as an agent takes for granted.
    private static final Topics TOPICS = new Topics(4);
    private static final Guest.Machine A = new Guest.Machine("node-a", 1_280, 20_000);
    private static final Guest.Machine B = new Guest.Machine("node-b", 1_280, 2_000);
    private static final NodeName DOOMED = new NodeName("node-a");
    private static final NodeName DRAINED = new NodeName("node-b");
    private static final NoticeId DRAIN = new NoticeId("0".repeat(31) + "2");

    private static final Pattern ROUND = Pattern.compile(
            "background round .* read=(\\S+ \\S+) fresh=(\\S+ \\S+) stored=(\\S+ \\S+) took=(\\S+) whole=true"
                    + " by=pre-dump frozen=(\\S+) written=(\\S+ \\S+) inherited=(\\S+ \\S+)");

    private static final Pattern ORDER = Pattern.compile("order=([^,]+),");

    private static final Pattern LAST = Pattern.compile("dump .* carried=(\\S+ \\S+) parent=pre-dump frozen=");

    @TempDir
    private Path folder;

    @Test
    void whatRanOnAMachineThatWasTakenGoesOnOnTheOther() throws Exception {
        Provided.root();
        Path runner = Provided.runner();
        Path image = Guest.image();
        try (var broker = EmbeddedBroker.start(folder.resolve("kafka"), 0);
                var store = S3Server.start(folder.resolve("s3"))) {
            TOPICS.create(Brokers.plain(broker.bootstrap()));
            var outside = new GuestDisk.Outside(portOf(broker.bootstrap()), store.location());
            var load = new GuestDisk.Load(MEBIBYTES, CHURN, SEED);
            Path disk = GuestDisk.make(folder, runner, outside, load);
            try (var orchestrator = RunningOrchestrator.start(broker.bootstrap(), TOPICS, mind());
                    var doomed = Guest.start(A, image, disk, folder);
                    var survivor = Guest.start(B, image, disk, folder)) {
                survivor.says("agent started", PATIENCE);
                doomed.says("agent started", PATIENCE);
                learn(broker.bootstrap(), survivor, doomed);
                doomed.awaits(ROUNDS + " rounds", PATIENCE, () -> rounds(doomed).size() >= ROUNDS);
                assertThat(doomed.said("background rounds copy by"))
                        .first()
                        .asString()
                        .contains("pre-dump");
                assertThat(doomed.said("background round failed")).isEmpty();

                Instant deadline = giveNotice(broker.bootstrap());
                doomed.says("report Stored", WINDOW);
                await(deadline);
                Tick last = last(doomed).orElseThrow();
                doomed.kill();
                survivor.says("report Resumed", PATIENCE);
                survivor.awaits("its memory checked once more", PATIENCE, () -> passedSince(survivor, last));

                var verdict = verify(doomed, survivor, orchestrator.journal());
                System.out.println(verdict);
            }
        }
    }

    private static Mind mind() {
        Path policies = Drawn.top().resolve("src/test/resources/vm/policies.yaml");
        var terms = new Terms(PolicyFiles.load(policies).all(), TOPICS.partitions(), new ByteRate(0));
        return new Mind(PATIENT, hindsight -> new PolicyPlanner(terms, hindsight), Observer.NONE);
    }

    /// A drain moves whatever is small over to the other machine, where it ends, and is taken back then: no forecast
    /// is given before enough saves have ended, and without one no round is ordered.
    private static void learn(String bootstrap, Guest drained, Guest other) {
        Instant begun = Instant.now();
        tell(bootstrap, new Notice.Drain(DRAIN, DRAINED, "vm-suite", begun, PATIENCE));
        drained.awaits(GuestDisk.SMALL + " saves", PATIENCE, () -> told(drained, "Stored") >= GuestDisk.SMALL);
        other.awaits(GuestDisk.SMALL + " restores", PATIENCE, () -> told(other, "Resumed") >= GuestDisk.SMALL);
        tell(
                bootstrap,
                new Notice.Withdrawal(new NoticeId("0".repeat(31) + "3"), DRAINED, "vm-suite", Instant.now(), DRAIN));
        System.out.printf(
                "==== VM suite: %d small workloads moved within %s%n",
                GuestDisk.SMALL, Duration.between(begun, Instant.now()));
    }

    /// An order that comes again is answered again.
    ///
    /// @return of how many orders
    private static long told(Guest guest, String report) {
        return guest.said("report " + report).stream()
                .map(ORDER::matcher)
                .filter(Matcher::find)
                .map(found -> found.group(1))
                .distinct()
                .count();
    }

    private static int portOf(String bootstrap) {
        return Integer.parseInt(bootstrap.substring(bootstrap.lastIndexOf(':') + 1));
    }

    private static Instant giveNotice(String bootstrap) {
        Instant now = Instant.now();
        Instant deadline = now.plus(WINDOW);
        tell(
                bootstrap,
                new Notice.Preemption(
                        new NoticeId("0".repeat(31) + "1"), DOOMED, "vm-suite", now, deadline, Action.TERMINATE));
        return deadline;
    }

    private static void tell(String bootstrap, Notice notice) {
        try (var producer = new ListenerProducer(Brokers.plain(bootstrap), Duration.ofMinutes(2))) {
            new KafkaNoticeLog(producer).append(List.of(notice));
        }
    }

    private static void await(Instant deadline) {
        while (Instant.now().isBefore(deadline)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
    }

    private static Optional<Tick> last(Guest guest) {
        try {
            TickLog log = TickLog.read(guest.ticks());
            assertThat(log.broken()).as("the first line that does not follow").isEmpty();
            return log.last();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Two more, since one may have begun before the save.
    private static boolean passedSince(Guest guest, Tick before) {
        return last(guest).filter(tick -> tick.passes() >= before.passes() + 2).isPresent();
    }

    private static MigrationEvent.CheckpointStored stored(List<JournalEvent> journal) {
        return journal.stream()
                .filter(MigrationEvent.CheckpointStored.class::isInstance)
                .map(MigrationEvent.CheckpointStored.class::cast)
                .max(Comparator.comparing(JournalEvent::at))
                .orElseThrow();
    }

    /// What was planned when the notice came, and whenever it was planned again.
    private static List<Choice.Save> planned(List<JournalEvent> journal) {
        return journal.stream()
                .filter(JournalEvent.DecisionExplained.class::isInstance)
                .map(JournalEvent.DecisionExplained.class::cast)
                .filter(each -> each.tenant().workload().id().toString().equals(GuestDisk.WORKLOAD))
                .map(each -> (Explanation.Chosen) each.explanation())
                .map(chosen -> (Choice.Save) chosen.decision().choice())
                .toList();
    }

    private static List<Matcher> rounds(Guest guest) {
        return guest.said("by=pre-dump").stream()
                .map(ROUND::matcher)
                .filter(Matcher::find)
                .toList();
    }

    /// @return the table
    private static String verify(Guest doomed, Guest survivor, List<JournalEvent> journal) {
        MigrationEvent.CheckpointStored stored = stored(journal);
        List<Choice.Save> planned = planned(journal);
        Tick died = last(doomed).orElseThrow();
        Tick now = last(survivor).orElseThrow();
        assertThat(now.number()).isGreaterThan(died.number());
        long expected = TickSum.of(new ByteCount((long) MEBIBYTES << 20), SEED, now.steps());
        assertThat(now.sum())
                .as("checksum over all pages after %d steps, against a memory that was never moved", now.steps())
                .isEqualTo(expected);
        // Plans decide by what they measured, and are drawn again while they are carried out: on a busy machine the
        // notice's plan has no round, or one that is taken back before it begins. What the chain owes to the
        // background is asserted below.
        assertThat(stored.rounds())
                .as("rounds between the notice and the freeze")
                .isLessThanOrEqualTo(
                        planned.stream().mapToInt(Choice.Save::rounds).max().orElseThrow());
        List<Matcher> rounds = rounds(doomed);
        assertThat(rounds.get(1).group(7)).as("left out by the second round").isNotEqualTo("0 B");
        // How much the last dump carries is not to be held: a round that is under way when the order comes is cut
        // off, and the kernel cannot say any more what the chain has. That is not stored again in any case, and much
        // of a JVM never changes.
        assertThat(stored.stored())
                .as("stored by the last dump, next to what the first round stored")
                .isLessThan(bytes(rounds.getFirst().group(3)));
        ByteCount last = carriedLast(doomed);
        return table(rounds, last, stored, now) + "\n" + held(planned.getFirst(), stored, journal);
    }

    /// @return what was foretold, and what came of it
    private static String held(
            Choice.Save planned, MigrationEvent.CheckpointStored stored, List<JournalEvent> journal) {
        Instant ordered = journal.stream()
                .filter(MigrationEvent.SaveOrdered.class::isInstance)
                .map(MigrationEvent.SaveOrdered.class::cast)
                .filter(each -> each.migration().equals(stored.migration()))
                .map(MigrationEvent.SaveOrdered::at)
                .findFirst()
                .orElseThrow();
        var forecast = (Estimate.Forecast) planned.estimate();
        return "==== planned: %d rounds, durable within %s at p50 and %s at p95, frozen for %s at p50; it took %s"
                .formatted(
                        planned.rounds(),
                        forecast.durable().p50(),
                        forecast.durable().p95(),
                        forecast.frozen().p50(),
                        Duration.between(ordered, stored.at()));
    }

    private static ByteCount bytes(String words) {
        return ByteCount.parse(words.replace(" ", ""));
    }

    private static ByteCount carriedLast(Guest doomed) {
        return doomed.said("parent=pre-dump").stream()
                .map(LAST::matcher)
                .filter(Matcher::find)
                .map(found -> bytes(found.group(1)))
                .reduce((_, last) -> last)
                .orElseThrow(() -> new AssertionError("no dump on a pre-dump; " + doomed.tail()));
    }

    private static String table(
            List<Matcher> rounds, ByteCount last, MigrationEvent.CheckpointStored stored, Tick now) {
        var table = new StringBuilder("==== VM suite: two machines, %d MiB changing %s a second ====\n"
                .formatted(MEBIBYTES, CHURN * 100 + " %"));
        table.append("==== %-10s %12s %12s %12s %12s %12s\n"
                .formatted("round", "carried", "left out", "stored", "frozen", "took"));
        for (int round = 0; round < rounds.size(); round++) {
            Matcher it = rounds.get(round);
            table.append("==== %-10s %12s %12s %12s %12s %12s\n"
                    .formatted(round + 1, it.group(6), it.group(7), it.group(3), it.group(5), it.group(4)));
        }
        table.append("==== %d rounds between the notice and the freeze\n".formatted(stored.rounds()));
        table.append("==== %-10s %12s %12s %12s %12s\n"
                .formatted("final dump", last, "of " + stored.pages(), stored.stored(), stored.frozen()));
        return table.append("==== hash after %d steps: %016x, equal to one that was never moved; %d whole lines"
                        .formatted(now.steps(), now.sum(), now.number()))
                .toString();
    }
}
