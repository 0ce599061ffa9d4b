package dev.lifeboat.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.telemetry.Exemplars;
import dev.lifeboat.edge.telemetry.Exposition;
import dev.lifeboat.edge.telemetry.ListenerMeters;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import io.micrometer.core.instrument.Clock;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.prometheus.client.CollectorRegistry;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real Prometheus reads what we say in OpenMetrics, and keeps which notice a figure is about.
@SuppressWarnings("deprecation") // Quarkus' registry is the one with the older client, and so is ours.
final class ExemplarStorageTest {
    private static final Duration GIVE_UP = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final NoticeId ID = NoticeId.of("one");

    private final Vertx vertx = Vertx.vertx();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(
            PrometheusConfig.DEFAULT, new CollectorRegistry(true), Clock.SYSTEM, new Exemplars(InstantSource.system()));

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(GIVE_UP.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void prometheusKnowsWhichNoticeABucketIsAbout() throws Exception {
        var tools = PrometheusTools.here();
        var notice = new Notice.Advisory(ID, new NodeName("node-a"), "ec2-imds", Instant.now());
        new ListenerMeters(registry, List.of("ec2-imds")).lagged(notice, Duration.ofMillis(30));
        Path targets = Files.writeString(
                folder.resolve("targets.json"), "[{\"targets\": [\"127.0.0.1:%d\"]}]".formatted(serve()));

        try (var prometheus = RunningPrometheus.start(tools, folder, targets)) {
            assertThat(onceItHasOne(prometheus)).containsExactly("notice=" + ID);
            assertThat(prometheus.names()).contains("lifeboat_notices_total", "lifeboat_notice_lag_seconds_bucket");
        }
    }

    private List<String> onceItHasOne(RunningPrometheus prometheus) throws Exception {
        long giveUp = System.nanoTime() + GIVE_UP.toNanos();
        while (true) {
            List<String> exemplars = prometheus.exemplars("lifeboat_notice_lag_seconds_bucket");
            if (!exemplars.isEmpty() || System.nanoTime() > giveUp) {
                return exemplars;
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private int serve() throws Exception {
        Router router = Router.router(vertx);
        router.route("/q/metrics").handler(new Exposition(registry));
        return vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(GIVE_UP.toSeconds(), TimeUnit.SECONDS)
                .actualPort();
    }
}
