package dev.lifeboat.edge.telemetry;

/// A gauge's value; from any thread.
final class Level {
    private volatile double value;

    void set(double now) {
        value = now;
    }

    void count(long now) {
        value = (double) now;
    }

    double get() {
        return value;
    }
}
