package dev.lifeboat.edge.telemetry;

import static dev.lifeboat.edge.telemetry.SmallCluster.A;
import static dev.lifeboat.edge.telemetry.SmallCluster.B;
import static dev.lifeboat.edge.telemetry.SmallCluster.PI;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.migration.Report;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.policy.Policies;
import io.micrometer.core.instrument.Clock;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What a scrape says of where its figures come from.
@SuppressWarnings("deprecation") // Quarkus' registry is the one with the older client, and so is ours.
final class ExemplarsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final int LONGEST = 128;

    /// A series, its labels, its value, and the exemplar's label, id, value and time.
    private static final Pattern EXEMPLAR =
            Pattern.compile("(?m)^(\\w+)\\{(.*)} \\S+ # \\{(\\w+)=\"([^\"]*)\"} (\\S+) (\\S+)$");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(
            PrometheusConfig.DEFAULT,
            new CollectorRegistry(true),
            Clock.SYSTEM,
            new Exemplars(InstantSource.fixed(NOW)));

    @Test
    void aBucketLeadsToTheMigrationThatIsInIt() {
        String id = evacuate();

        for (String metric :
                List.of("phase_duration_seconds", "window_used_ratio", "frozen_seconds", "downtime_seconds")) {
            assertThat(exemplars("lifeboat_" + metric + "_bucket"))
                    .as(metric)
                    .isNotEmpty()
                    .allSatisfy(it -> {
                        assertThat(it.group(3)).isEqualTo("migration");
                        assertThat(it.group(4)).isEqualTo(id);
                        assertThat(Double.parseDouble(it.group(6))).isEqualTo((double) NOW.getEpochSecond());
                    });
        }
    }

    @Test
    void theExemplarOfABucketIsTheFigureItself() {
        evacuate();

        assertThat(exemplars("lifeboat_window_used_ratio_bucket"))
                .singleElement()
                .satisfies(it -> {
                    assertThat(it.group(2)).contains("le=\"0.1\"");
                    assertThat(Double.parseDouble(it.group(5))).isEqualTo(4.0 / 60);
                });
        assertThat(exemplars("lifeboat_downtime_seconds_bucket"))
                .singleElement()
                .satisfies(it -> assertThat(Double.parseDouble(it.group(5))).isEqualTo(4));
    }

    @Test
    void aMissedWindowIsTheNoticesThatCameTooLateForAMigration() {
        var cluster = new SmallCluster(orchestrator());
        cluster.beat(A, PI);
        Instant now = cluster.now();
        var late = new Notice.Preemption(
                NoticeId.of("late"), A, "test", now.minusSeconds(120), now.minusSeconds(1), Action.TERMINATE);
        cluster.told(late);

        assertThat(exemplars("lifeboat_evacuations_total")).singleElement().satisfies(it -> {
            assertThat(it.group(2)).contains("outcome=\"missed\"");
            assertThat(it.group(3)).isEqualTo("notice");
            assertThat(it.group(4)).isEqualTo(late.id().value());
        });
    }

    @Test
    void theLagOfANoticeIsThatNotices() {
        var id = NoticeId.of("one");
        var notice = new Notice.Preemption(id, A, "ec2-imds", NOW, NOW.plusSeconds(120), Action.STOP);
        new ListenerMeters(registry, List.of("ec2-imds")).lagged(notice, Duration.ofMillis(30));

        assertThat(exemplars("lifeboat_notice_lag_seconds_bucket"))
                .singleElement()
                .satisfies(it -> assertThat(it.group(4)).isEqualTo(id.value()));
    }

    @Test
    void theNewestOfABucketCountsAndWhatIsAboutNothingLeavesIt() {
        var lag = Metric.NOTICE_LAG.timer(registry, "test");
        Exemplars.about(NoticeId.of("first"), () -> lag.record(Duration.ofMillis(30)));
        Exemplars.about(NoticeId.of("second"), () -> lag.record(Duration.ofMillis(31)));
        lag.record(Duration.ofMillis(32));

        assertThat(exemplars("lifeboat_notice_lag_seconds_bucket"))
                .singleElement()
                .satisfies(it ->
                        assertThat(it.group(4)).isEqualTo(NoticeId.of("second").value()));
    }

    @Test
    void theLongestIdsStayBelowWhatOpenMetricsAllows() {
        Exemplars.about(
                new MigrationId("m".repeat(80)),
                () -> Metric.FROZEN.timer(registry).record(Duration.ZERO));
        Exemplars.about(
                new NoticeId("a".repeat(64)),
                () -> Metric.DOWNTIME.timer(registry).record(Duration.ZERO));

        assertThat(exemplars("lifeboat_(frozen|downtime)_seconds_bucket"))
                .hasSize(2)
                .allSatisfy(it ->
                        assertThat(it.group(3).length() + it.group(4).length()).isBetween(64, LONGEST));
    }

    @Test
    void whoAsksForTheTextFormatIsToldNoExemplarAndTheSameFigures() {
        evacuate();
        String text = registry.scrape(TextFormat.CONTENT_TYPE_004);

        assertThat(text).doesNotContain("migration=", " # {");
        assertThat(Scrape.read(text).values().keySet())
                .isEqualTo(
                        Scrape.read(open().replaceAll(" # \\{.*", "")).values().keySet());
    }

    /// @return the id of the migration
    private String evacuate() {
        var cluster = new SmallCluster(orchestrator());
        cluster.beat(A, PI);
        cluster.beat(B);
        var restore = cluster.placed(cluster.preempted(60));
        cluster.pass(2);
        cluster.heard(new Report.Resumed(B, cluster.now(), restore.id(), 42));
        return restore.migration().value();
    }

    private OrchestratorMeters orchestrator() {
        return new OrchestratorMeters(
                registry,
                new OrchestratorMeters.Setting(
                        4, new Policies(List.of()), List.of(), List.of(), InstantSource.system()));
    }

    private String open() {
        return registry.scrape(TextFormat.CONTENT_TYPE_OPENMETRICS_100);
    }

    /// @param series a pattern
    private List<MatchResult> exemplars(String series) {
        return EXEMPLAR.matcher(open())
                .results()
                .filter(it -> it.group(1).matches(series))
                .toList();
    }
}
