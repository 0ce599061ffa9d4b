package dev.lifeboat.edge.telemetry;

import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.regex.Pattern;

/// Answers a scrape in the format that is wanted most: OpenMetrics, or Prometheus' text format, which
/// has no exemplars.
///
/// Quarkus' own answer (3.34, `PrometheusHandler`) is in the text format for everyone who accepts that
/// at all, however little, as every Prometheus does. Micrometer's OpenMetrics (1.16) has exemplars
/// where the standard allows none, at the counts of histograms, and Prometheus 2.42 refuses the whole
/// scrape for that.
@SuppressWarnings("deprecation") // Quarkus' registry is the one with the older client, and so is ours.
public final class Exposition implements Handler<RoutingContext> {
    private static final String OPEN_METRICS = "application/openmetrics-text";
    private static final String TEXT = "text/";
    private static final Pattern COUNT_WITH_EXEMPLAR =
            Pattern.compile("(?m)^(\\w+_count\\b.*) # \\{[^{}]*} \\S+ \\S+$");

    private final PrometheusMeterRegistry registry;

    public Exposition(PrometheusMeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void handle(RoutingContext context) {
        String format = format(context.parsedHeaders().accept());
        context.response().putHeader(HttpHeaders.CONTENT_TYPE, format);
        var _ = context.end(scrape(format));
    }

    private String scrape(String format) {
        String said = registry.scrape(format);
        return COUNT_WITH_EXEMPLAR.matcher(said).replaceAll("$1");
    }

    /// @param accepted what is wanted most comes first; OpenMetrics where nothing is said that we know
    private static String format(List<MIMEHeader> accepted) {
        return accepted.stream()
                .map(type -> type.rawValue().strip())
                .filter(type -> type.startsWith(OPEN_METRICS) || type.startsWith(TEXT))
                .findFirst()
                .filter(type -> type.startsWith(TEXT))
                .map(_ -> TextFormat.CONTENT_TYPE_004)
                .orElse(TextFormat.CONTENT_TYPE_OPENMETRICS_100);
    }
}
