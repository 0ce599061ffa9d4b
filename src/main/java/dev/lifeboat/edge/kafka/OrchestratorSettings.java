package dev.lifeboat.edge.kafka;

import dev.lifeboat.orchestrator.Limits;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// What an operator may set for the orchestrator.
@ConfigMapping(prefix = "lifeboat")
public interface OrchestratorSettings {
    /// Partitions of the topics; the same for every process, and fixed once records are there.
    @WithDefault("4")
    int partitions();

    Orchestrator orchestrator();

    /// The orchestrator's own.
    interface Orchestrator {
        /// Unique among the orchestrators and the same after a restart, such as the pod's name.
        @WithDefault("orchestrator-0")
        String name();

        /// A policy file, or a folder of them; without one everything is saved that can be.
        Optional<Path> policies();

        /// Whether the cluster's own policies hold too, as they are applied and changed; asked of the API server.
        @WithDefault("false")
        boolean clusterPolicies();

        /// Whether what is decided is shown in the cluster: NodeNotices, Evacuations, Checkpoints and events.
        @WithDefault("false")
        boolean clusterObjects();

        /// How long an object is kept once what it shows is over.
        @WithDefault("24h")
        Duration objectsKeep();

        /// Requests per second to the API server for objects, of each orchestrator; events take at most half as many
        /// beside them.
        @WithDefault("20")
        int objectsPerSecond();

        Pods pods();

        /// Pods that take the place of others which are on their way.
        interface Pods {
            /// Whether the cluster's pods are held back and let go, by the API server's leave.
            @WithDefault("false")
            boolean enabled();

            /// Where the API server asks about pods and evictions; HTTPS.
            @WithDefault("8443")
            int port();

            /// A folder with `tls.crt` and `tls.key`, as a Secret of that type is mounted; the API server is not
            /// answered when left out.
            Optional<Path> tls();
        }

        /// What the store takes from all nodes together, in bytes per second; 0 where nothing but their uplinks limits
        /// them. When several nodes are doomed at once it is divided among them.
        @WithDefault("0")
        long storeBytesPerSecond();

        /// Saves per migration, the first included.
        @WithDefault("3")
        int saves();

        /// Pause after a failed save.
        @WithDefault("2s")
        Duration saveRetryAfter();

        /// Restores per migration, the first included.
        @WithDefault("5")
        int restores();

        /// Pause after a failed restore.
        @WithDefault("1s")
        Duration restoreRetryAfter();

        /// How long one target may take before another is asked. One that is heard of gets 150 s more, within which its
        /// agent gives up itself, and the time that its workload's memory takes.
        @WithDefault("60s")
        Duration restoreTimeout();

        /// A node whose agent said nothing for this long takes no restores.
        @WithDefault("10s")
        Duration silentAfter();

        /// A silent node is presumed dead this long after its deadline.
        @WithDefault("15s")
        Duration deadAfter();

        /// How long a checkpoint waits for room.
        @WithName("patience")
        @WithDefault("1h")
        Duration patience();
    }

    default Limits limits() {
        Orchestrator own = orchestrator();
        return new Limits(
                own.saves(),
                own.saveRetryAfter(),
                own.restores(),
                own.restoreRetryAfter(),
                own.restoreTimeout(),
                own.silentAfter(),
                own.deadAfter(),
                own.patience());
    }
}
