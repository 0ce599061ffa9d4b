package dev.lifeboat.edge.objectstore;

import java.time.Duration;

/// How long anything was on its way: overlapping requests count once, pauses do not.
final class Sending {
    private int underWay;
    private long since;
    private long nanos;

    synchronized void begin() {
        if (underWay++ == 0) {
            since = System.nanoTime();
        }
    }

    synchronized void end() {
        if (--underWay == 0) {
            nanos += System.nanoTime() - since;
        }
    }

    synchronized Duration total() {
        return Duration.ofNanos(nanos + (underWay > 0 ? System.nanoTime() - since : 0));
    }
}
