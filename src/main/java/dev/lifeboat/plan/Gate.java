package dev.lifeboat.plan;

/// Whether a rung may be tried at all, its `when` having been asked.
public sealed interface Gate {
    Gate OPEN = new Open();

    record Open() implements Gate {}

    /// @param condition the `when` that did not hold, as written, or what else forbids the rung
    /// @param seen the values it was asked with
    record Closed(String condition, String seen) implements Gate {}
}
