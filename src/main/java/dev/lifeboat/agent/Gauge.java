package dev.lifeboat.agent;

import java.time.Duration;

/// What background work costs.
public interface Gauge {
    /// On a clock that only goes forward, from any start.
    Duration elapsed();

    /// User and system time that this process has used.
    Duration processor();
}
