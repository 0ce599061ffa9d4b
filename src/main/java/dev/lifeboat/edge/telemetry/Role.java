package dev.lifeboat.edge.telemetry;

/// Which process emits a metric.
enum Role {
    LISTENER("one on every node and one for the cluster"),
    ORCHESTRATOR("two or more"),
    AGENT("one on every node"),
    EVERY("all of them");

    private final String many;

    Role(String many) {
        this.many = many;
    }

    /// How many of them there are, for people who write queries.
    String many() {
        return many;
    }
}
