package dev.lifeboat.edge.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.notice.NoticeId;
import io.micrometer.core.instrument.Clock;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.prometheus.client.CollectorRegistry;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What who asks is told, on a real HTTP server.
@SuppressWarnings("deprecation") // Quarkus' registry is the one with the older client, and so is ours.
final class ExpositionTest {
    private static final int PATIENCE_SECONDS = 60;
    private static final String OPEN = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(
            PrometheusConfig.DEFAULT, new CollectorRegistry(true), Clock.SYSTEM, new Exemplars(InstantSource.system()));

    @AfterEach
    void stop() throws Exception {
        client.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Prometheus 2.42, and 3.0, and one that would take native histograms
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                        + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
                        + "application/openmetrics-text;version=0.0.1;q=0.4,"
                        + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,/;q=0.1",
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,"
                        + "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
                "text/plain;q=0.5, application/openmetrics-text",
                "application/openmetrics-text",
                "*/*",
                "nonsense"
            })
    void openMetricsIsForAllWhoDoNotWantTextMore(String accept) throws Exception {
        assertThat(type(answer(accept))).isEqualTo(OPEN);
    }

    @Test
    void whoSaysNothingIsToldOpenMetricsAsByQuarkus() throws Exception {
        assertThat(type(answer(null))).isEqualTo(OPEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "text/plain;version=0.0.4",
                "text/plain, application/openmetrics-text;q=0.5",
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
            })
    void textIsForThoseWhoWantItMore(String accept) throws Exception {
        assertThat(type(answer(accept))).isEqualTo(TEXT);
    }

    @Test
    void exemplarsAreAtBucketsAndCountersAndNowhereElse() throws Exception {
        Exemplars.about(NoticeId.of("one"), () -> {
            Metric.NOTICE_LAG.timer(registry, "a # {b}").record(Duration.ofMillis(30));
            Metric.WINDOW_USED.ratio(registry, "drain").record(0.5);
            Metric.NOTICES.counter(registry, "test", "accepted").increment();
        });

        assertThat(answer(null).body().lines().filter(line -> !line.startsWith("#")))
                .allSatisfy(
                        line -> assertThat(line.contains(" # {notice="))
                                .as(line)
                                .isEqualTo(
                                        line.matches(
                                                "lifeboat_(notices_total|notice_lag_seconds_bucket.*\"0.05\"|window_used_ratio_bucket.*\"0.5\").*")))
                .anySatisfy(
                        line -> assertThat(line).isEqualTo("lifeboat_notice_lag_seconds_count{source=\"a # {b}\"} 1.0"))
                .anySatisfy(line ->
                        assertThat(line).startsWith("lifeboat_notices_total{").contains(" # {notice="));
    }

    private static String type(HttpResponse<String> answer) {
        return answer.headers().firstValue("Content-Type").orElse("");
    }

    private HttpResponse<String> answer(@Nullable String accept) throws Exception {
        Router router = Router.router(vertx);
        router.route().handler(new Exposition(registry));
        int port = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .actualPort();
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port));
        if (accept != null) {
            request.header("Accept", accept);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }
}
