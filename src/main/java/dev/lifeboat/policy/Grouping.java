package dev.lifeboat.policy;

import java.util.Optional;

/// Tells which group a workload belongs to.
public interface Grouping {
    /// As written.
    String source();

    /// The group's name; empty for a workload on its own, such as one without the label. Never throws.
    Optional<String> key(Facts facts);
}
