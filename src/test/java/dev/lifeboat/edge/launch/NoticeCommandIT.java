package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.kafka.Brokers;
import dev.lifeboat.edge.kafka.EmbeddedBroker;
import dev.lifeboat.edge.kafka.Topics;
import dev.lifeboat.edge.kafka.Wire;
import dev.lifeboat.notice.Notice;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class NoticeCommandIT {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void givesNoticeAndTakesItBack(@TempDir Path dir) throws Exception {
        try (var broker = EmbeddedBroker.start(dir, 0)) {
            new Topics(1).create(Brokers.plain(broker.bootstrap()));
            assertThat(run("drain", "node-a", "--within", "90s", "--json", "--kafka", broker.bootstrap()))
                    .isZero();
            Notice drain = Wire.NOTICES.read(out.toString().strip().getBytes(StandardCharsets.UTF_8));
            assertThat(drain)
                    .isInstanceOfSatisfying(
                            Notice.Drain.class, said -> assertThat(said.grace()).isEqualTo(Duration.ofSeconds(90)));

            out.getBuffer().setLength(0);
            String id = drain.id().value();
            assertThat(run("withdrawal", "node-a", "--of", id, "--kafka", broker.bootstrap()))
                    .isZero();
            assertThat(out.toString().strip()).matches("[0-9a-f]{32}").isNotEqualTo(id);
        }
    }

    @Test
    void aMistakeIsExplainedWithoutAStackTrace() {
        assertThat(run("party", "node-a")).isEqualTo(2);
        assertThat(run("drain", "Node A")).isEqualTo(2);
        assertThat(run("drain", "node-a", "--within", "soon")).isEqualTo(2);
        assertThat(run("drain", "node-a", "--within", "900000h")).isEqualTo(2);
        assertThat(run("withdrawal", "node-a")).isEqualTo(2);
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        "such as 90s",
                        "at most 30 days",
                        "$.of is missing",
                        "Give KIND and NODE",
                        "$.kind is unknown: party")
                .doesNotContain("\tat ");
    }

    @Test
    void whatTakesLongerThanASecondIsSaid() throws Exception {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String listener = "http://127.0.0.1:" + silent.getLocalPort();
            var code = CompletableFuture.supplyAsync(() -> run("drain", "node-a", "--http", listener));
            try (var _ = silent.accept()) {
                String line = "lifeboat notice: no answer from the listener at " + listener
                        + " yet; waiting for up to 10 s" + System.lineSeparator();
                while (!err.toString().equals(line) && !code.isDone()) {
                    Thread.onSpinWait();
                }
                assertThat(err.toString()).isEqualTo(line);
            }
            assertThat(code.get(1, TimeUnit.MINUTES)).isOne();
        }
    }

    private int run(String... args) {
        return new CommandLine(new NoticeCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
    }
}
