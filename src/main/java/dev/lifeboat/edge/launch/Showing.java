package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.kafka.OrchestratorSettings;
import dev.lifeboat.edge.kafka.Topics;
import dev.lifeboat.edge.kubernetes.picture.ClusterPicture;
import dev.lifeboat.edge.telemetry.ObjectMeters;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.time.InstantSource;

/// Starts the picture that an orchestrator keeps in the cluster.
final class Showing {
    /// Of one request; the picture tries again by itself, so the client must not.
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private Showing() {}

    /// Until the process ends.
    static ClusterPicture start(OrchestratorSettings settings, ObjectMeters meters) {
        var config = new ConfigBuilder(Config.autoConfigure(null))
                .withRequestRetryBackoffLimit(0)
                .withConnectionTimeout((int) PATIENCE.toMillis())
                .withRequestTimeout((int) PATIENCE.toMillis())
                .build();
        var picture = new ClusterPicture(
                new KubernetesClientBuilder().withConfig(config).build(),
                InstantSource.system(),
                setting(settings, meters));
        Runtime.getRuntime().addShutdownHook(new Thread(picture::close, "picture-stop"));
        return picture;
    }

    private static ClusterPicture.Setting setting(OrchestratorSettings settings, ObjectMeters meters) {
        var topics = new Topics(settings.partitions());
        return new ClusterPicture.Setting(
                settings.orchestrator().objectsKeep(),
                settings.orchestrator().objectsPerSecond(),
                node -> topics.partitionOf(node.value()),
                outcome -> meters.count(outcome.name()));
    }

    /// @throws IllegalArgumentException that says which setting cannot be used
    static void check(OrchestratorSettings settings) {
        if (settings.orchestrator().objectsPerSecond() < 1) {
            throw new IllegalArgumentException("lifeboat.orchestrator.objects-per-second is 1 or more, not "
                    + settings.orchestrator().objectsPerSecond());
        }
        if (settings.orchestrator().objectsKeep().isNegative()) {
            throw new IllegalArgumentException("lifeboat.orchestrator.objects-keep is 0 or more, not "
                    + settings.orchestrator().objectsKeep());
        }
    }
}
