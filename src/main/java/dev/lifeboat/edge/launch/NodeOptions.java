package dev.lifeboat.edge.launch;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What the roles of one node are told the same way.
final class NodeOptions {
    @Option(names = "--node", paramLabel = "NAME", description = "The node that this runs on, as Kubernetes names it.")
    private @Nullable String node;

    @Option(names = "--kafka", paramLabel = "HOST:PORT", description = "Kafka's address (default 127.0.0.1:9092).")
    private @Nullable String kafka;

    @Option(
            names = "--http-port",
            defaultValue = "8080",
            description = "Port of meters and health; 0 for any free one (default ${DEFAULT-VALUE}).")
    private int httpPort;

    /// Hands them on as settings of the role.
    ///
    /// @param role such as `agent`
    void set(String role) {
        set(role, "node", node);
        set(role, "kafka", kafka);
        System.setProperty("quarkus.http.port", Integer.toString(httpPort));
    }

    /// What is not given stays what the environment says.
    static void set(String role, String key, @Nullable Object value) {
        if (value != null) {
            System.setProperty("lifeboat." + role + '.' + key, value.toString());
        }
    }

    /// @throws IllegalArgumentException with the question when it is missing
    static String given(Optional<String> value, String question) {
        return value.orElseThrow(() -> new IllegalArgumentException(question));
    }
}
