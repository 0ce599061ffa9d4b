package dev.lifeboat.edge.launch;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// What a listener is told; each key is also an environment variable such as `LIFEBOAT_LISTENER_NODE`.
@ConfigMapping(prefix = "lifeboat.listener")
interface ListenerConfig {
    /// The node that this listener runs on, as Kubernetes names it.
    Optional<String> node();

    /// Kafka's `bootstrap.servers`.
    @WithDefault("127.0.0.1:9092")
    String kafka();

    /// The folder with a folder for each source.
    @WithDefault("eviction-listeners")
    String sources();

    /// The sources to run, separated by commas; empty for those that are enabled in their `source.yaml`.
    Optional<java.util.List<String>> only();

    /// Addresses that differ from `source.yaml`, by source.
    Map<String, String> endpoint();

    /// Keeps notices while Kafka is out of reach; a second file beside it, `.announced`, keeps what stands,
    /// over restarts.
    @WithDefault("/var/lib/lifeboat/listener.spool")
    String spool();

    /// The most notices in the spool: at 250 bytes each, 2.5 MB.
    @WithDefault("10000")
    int spoolRoom();

    /// How long Kafka may take to confirm until notices go to the spool.
    @WithDefault("2s")
    Duration kafkaPatience();

    /// How long a cloud that waits for us is kept waiting, whatever the journal says; then its own timeout decides.
    @WithDefault("30m")
    Duration holdLongest();
}
