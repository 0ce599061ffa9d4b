package dev.lifeboat.edge.telemetry;

import java.util.Locale;

/// What the series of a metric differ by. The values of each are a closed set, known when the process starts: the
/// number of series does not grow with nodes, workloads or letters.
enum Label {
    /// Of notices; those that are turned on.
    SOURCE,
    OUTCOME,
    REASON,
    STEP,
    EVENT,
    ORDER,
    HOP,
    STATE,
    /// The policies that the process was started with, `none`, and `other` for those of earlier days.
    POLICY,
    TRIGGER,
    PHASE,
    KIND,
    WITHIN,
    CAPABILITY,
    ROLE,
    VERSION;

    /// As Prometheus has it.
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
