package dev.lifeboat.edge.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against a real broker that comes up after who wants to read it.
final class NoticeMemoryIT {
    private static final Topics TOPICS = new Topics(2);
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final NodeName NODE = new NodeName("node-a");
    private static final Notice TAKEN_BACK = new Notice.Advisory(NoticeId.of("1"), NODE, "kubernetes", NOW);
    private static final Notice WITHDRAWAL =
            new Notice.Withdrawal(NoticeId.of("w"), NODE, "kubernetes", NOW.plusSeconds(1), TAKEN_BACK.id());
    private static final Notice STANDING = new Notice.Advisory(NoticeId.of("2"), NODE, "kubernetes", NOW);
    private static final Notice OTHERS = new Notice.Advisory(NoticeId.of("3"), NODE, "ec2-imds", NOW);
    private static final Notice LATER = new Notice.Death(NoticeId.of("4"), NODE, "manual", NOW.plusSeconds(2));

    @Test
    void whatWasSaidAndNotTakenBackIsKnownOnceKafkaIsThere(@TempDir Path folder) throws Exception {
        int port = freePort();
        var heard = new ConcurrentLinkedQueue<Notice>();
        try (var memory = new NoticeMemory(Brokers.plain("127.0.0.1:" + port), heard::add)) {
            memory.start();
            assertThat(memory.standing(NODE, "kubernetes")).isEmpty();

            try (var broker = EmbeddedBroker.start(folder, port);
                    var producer = new ListenerProducer(Brokers.plain(broker.bootstrap()), Duration.ofSeconds(30))) {
                TOPICS.create(Brokers.plain(broker.bootstrap()));
                var log = new KafkaNoticeLog(producer);
                log.append(List.of(TAKEN_BACK, OTHERS, WITHDRAWAL, STANDING));
                until(() -> memory.standing(NODE, "kubernetes")
                        .filter(List.of(STANDING)::equals)
                        .isPresent());
                assertThat(memory.standing(NODE, "ec2-imds")).contains(List.of(OTHERS));
                assertThat(memory.standing(new NodeName("node-b"), "kubernetes"))
                        .contains(List.of());

                log.append(List.of(LATER));
                until(() -> heard.contains(LATER));
            }
        }
        assertThat(heard).containsExactly(TAKEN_BACK, OTHERS, WITHDRAWAL, STANDING, LATER);
    }

    private interface Condition {
        boolean holds();
    }

    private static void until(Condition condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("waited in vain").isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private static int freePort() throws Exception {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }
}
