package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.telemetry.Exemplars;
import dev.lifeboat.edge.telemetry.Exposition;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.prometheus.client.exemplars.ExemplarSampler;
import io.vertx.ext.web.Router;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Optional;

/// What every role tells Prometheus beside its figures: which migration or notice they are about.
@Singleton
@SuppressWarnings("deprecation") // Quarkus' registry is the one with the older client, and so is ours.
final class Scraping {
    private static final String PATH = "/q/metrics";
    private static final int FIRST = -1;

    private final PrometheusMeterRegistry registry;

    Scraping(PrometheusMeterRegistry registry) {
        this.registry = registry;
    }

    /// Quarkus has none, unless spans are recorded.
    @Produces
    @Singleton
    @Alternative
    @Priority(1)
    static Optional<ExemplarSampler> exemplars() {
        return Optional.of(new Exemplars(InstantSource.system()));
    }

    /// Gauges that are asked may take a moment: not on the loop that answers everybody.
    void route(@Observes Router router) {
        router.get(PATH).order(FIRST).blockingHandler(new Exposition(registry), false);
    }
}
