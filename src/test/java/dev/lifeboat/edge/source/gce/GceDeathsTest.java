package dev.lifeboat.edge.source.gce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.listener.CountingTally;
import dev.lifeboat.listener.DeathWatch;
import dev.lifeboat.listener.Listener;
import dev.lifeboat.listener.MemoryDeadLetterLog;
import dev.lifeboat.listener.MemoryNoticeLog;
import dev.lifeboat.listener.MemorySpool;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// From a preemption to its machine's proved death: the watch, Google's own client, a counterpart of its API.
final class GceDeathsTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final NodeName NODE = new NodeName("node-a");
    private static final String ID = "8087716956832600000";
    private static final String SPOT = "{\"preemptible\":true,\"provisioningModel\":\"SPOT\"}";
    private static final Notice TAKEN = new Notice.Preemption(
            new NoticeId("00000000000000aa"), NODE, "gce", START, START.plusSeconds(30), Action.TERMINATE);

    private final ComputeServer api = new ComputeServer();
    private final Map<NodeName, String> cluster = new HashMap<>(Map.of(NODE, "gce://p/z/node-a"));
    private final GceDeaths deaths = deaths();
    private final MemoryNoticeLog log = new MemoryNoticeLog();
    private final CountingTally tally = new CountingTally();
    private Instant now = START;
    private final Listener listener =
            new Listener(log, new MemoryDeadLetterLog(), new MemorySpool(9), tally, () -> now);
    private final DeathWatch watch = new DeathWatch("gce", deaths, listener, tally, () -> now);

    @AfterEach
    void stop() {
        deaths.close();
        api.close();
    }

    @Test
    void aPreemptedMachineIsDeadOnceGoogleSaysSo() {
        api.instance("node-a", ID, "RUNNING", SPOT);
        watch.heard(TAKEN);
        now = START.plusSeconds(30);
        assertThat(watch.look()).isZero();

        api.instance("node-a", ID, "TERMINATED", SPOT);
        assertThat(watch.look()).isEqualTo(1);
        assertThat(log.appended()).singleElement().isInstanceOfSatisfying(Notice.Death.class, death -> {
            assertThat(death.node()).isEqualTo(NODE);
            assertThat(death.source()).isEqualTo("gce");
        });
    }

    /// A managed group makes the next machine under the old name, and the cluster forgets the node.
    @Test
    void aMachineThatWasMetIsKnownAfterItsClusterForgotIt() {
        api.instance("node-a", ID, "RUNNING", SPOT);
        watch.heard(TAKEN);
        watch.look();
        cluster.clear();
        api.instance("node-a", "8087716956832600001", "RUNNING", SPOT);
        now = START.plusSeconds(30);

        assertThat(watch.look()).isEqualTo(1);
    }

    @Test
    void aMachineThatWasNeverMetProvesNothing() {
        watch.heard(TAKEN);
        now = START.plusSeconds(31);

        assertThat(watch.look()).isZero();
        assertThat(log.appended()).isEmpty();
    }

    @Test
    void anotherCloudsNodeIsNotAskedAbout() {
        cluster.put(NODE, "aws:///eu-central-1a/i-1");
        watch.heard(TAKEN);
        now = START.plusSeconds(31);

        assertThat(watch.look()).isZero();
        assertThat(tally.count("gce silent")).isZero();
    }

    private GceDeaths deaths() {
        try {
            return new GceDeaths(GceNodes.at(api.endpoint()), node -> Optional.ofNullable(cluster.get(node)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
