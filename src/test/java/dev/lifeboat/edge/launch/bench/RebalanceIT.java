package dev.lifeboat.edge.launch.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.demo.node.Part;
import dev.lifeboat.edge.kafka.Brokers;
import dev.lifeboat.edge.kafka.JournalArchive;
import dev.lifeboat.edge.kafka.KafkaUnderTest;
import dev.lifeboat.edge.kafka.RunningOrchestrator;
import dev.lifeboat.edge.kafka.Topics;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.MigrationEvent.MigrationBegun;
import dev.lifeboat.orchestrator.Evacuations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two orchestrators, each a process, share the partitions of a real broker; one comes and one is killed in mid-storm.
final class RebalanceIT {
    private static final Topics TOPICS = new Topics(4);
    private static final int NODES = 60;
    private static final int WORKLOADS = 3;
    private static final Pattern OWNER = Pattern.compile("owns \\[\\d");

    /// A machine that is loaded twenty times over still manages.
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    @TempDir
    private Path folder;

    @Test
    void nothingIsDecidedTwiceAndNothingIsLostWhileOneJoinsAndOneIsKilled() throws Exception {
        var plan = new Storm.Plan(NODES, WORKLOADS, Duration.ZERO, Duration.ofSeconds(2));
        try (var kafka = KafkaUnderTest.start()) {
            TOPICS.create(Brokers.plain(kafka.bootstrap()));
            try (var storm = new Storm(Brokers.plain(kafka.bootstrap()), TOPICS, plan);
                    var _ = storm.observe(Brokers.plain(kafka.bootstrap()))) {
                storm.introduceAll();
                Thread heartbeats = Thread.ofPlatform().daemon().start(storm::keepIntroducing);
                Part first = orchestrator("first", kafka.bootstrap());
                Part second = null;
                try {
                    await(() -> owns(first));
                    storm.blow(0.3);
                    await(() -> storm.nodesDecided() > 0);
                    second = orchestrator("second", kafka.bootstrap());
                    storm.blow(0.3);
                    Part joined = second;
                    await(() -> owns(joined));
                    storm.blow(0.4);
                    first.kill();
                    assertThat(storm.await(PATIENCE)).as(second.tail(20)).isTrue();
                    assertThat(second.process().isAlive()).isTrue();
                } finally {
                    heartbeats.interrupt();
                    first.kill();
                    if (second != null) {
                        second.kill();
                    }
                }
                assertOnce(kafka.bootstrap(), storm, plan);
            }
        }
    }

    /// The journal of both together is one that a single orchestrator could have written: it can be replayed, and says
    /// everything once.
    private static void assertOnce(String bootstrap, Storm storm, Storm.Plan plan) {
        List<JournalEvent> journal = JournalArchive.read(Brokers.plain(bootstrap));
        var state = new Evacuations();
        journal.forEach(state::replay);
        assertThat(journal).filteredOn(MigrationBegun.class::isInstance).hasSize(NODES * WORKLOADS);
        assertThat(state.migrations()).hasSize(NODES * WORKLOADS);
        assertThat(journal)
                .filteredOn(JournalEvent.NoticeAccepted.class::isInstance)
                .extracting(
                        event -> ((JournalEvent.NoticeAccepted) event).notice().id())
                .doesNotHaveDuplicates();
        assertThat(storm.foreignSetAside()).isEqualTo(plan.foreign());
        assertThat(storm.deadLetters()).isEqualTo(Map.of("NOT_JSON", plan.poison()));
    }

    private Part orchestrator(String name, String bootstrap) throws IOException {
        return Part.start(
                "orchestrator " + name,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RunningOrchestrator.class.getName(),
                        bootstrap,
                        Integer.toString(TOPICS.partitions()),
                        name),
                folder.resolve(name + ".log"),
                Map.of());
    }

    private static boolean owns(Part orchestrator) {
        try {
            assertThat(orchestrator.process().isAlive())
                    .as(() -> said(orchestrator))
                    .isTrue();
            return OWNER.matcher(Files.readString(orchestrator.log())).find();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String said(Part orchestrator) {
        try {
            return orchestrator.tail(20);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void await(BooleanSupplier condition) {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(giveUp);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }
}
