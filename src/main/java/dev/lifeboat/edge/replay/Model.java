package dev.lifeboat.edge.replay;

import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import java.time.Duration;
import java.util.Random;

/// What a trace does not tell, so that it has to be assumed; each a flag of `lifeboat replay`.
///
/// @param perNode workloads on each machine
/// @param memory of each workload
/// @param uplink of each machine, mean
/// @param window that a notice gives
/// @param job work after which a workload is done and starts over
/// @param ratio of wire bytes to memory bytes
/// @param hotShare of the memory that is written again and again
/// @param hotSeconds in which most of that is dirty
/// @param coldRate at which the rest is dirtied
/// @param overhead of each stage: freeze, scan, commit
/// @param pause that each background pre-dump costs the workload
/// @param noise standard deviation of the logarithm of throughput from save to save
record Model(
        int perNode,
        ByteCount memory,
        ByteRate uplink,
        Duration window,
        Duration job,
        double ratio,
        double hotShare,
        double hotSeconds,
        ByteRate coldRate,
        Duration overhead,
        Duration pause,
        double noise,
        long seed) {

    /// Bytes dirty after a while: saturating in the hot part, growing in the cold one, at most everything
    /// (Clark et al., NSDI 2005).
    double dirty(double seconds) {
        double hot = hotShare * memory.bytes() * (1 - Math.exp(-seconds / hotSeconds));
        return Math.min((double) memory.bytes(), hot + coldRate.bytesPerSecond() * seconds);
    }

    /// @param rate at which this one save really goes, wire bytes per second
    Outcome save(double pending, int rounds, double rate) {
        double carried = pending;
        double total = 0;
        double bytes = 0;
        for (int i = 0; i < rounds; i++) {
            double stage = seconds(carried, rate);
            total += stage;
            bytes += ratio * carried;
            carried = dirty(stage);
        }
        double frozen = seconds(carried, rate);
        return new Outcome(total + frozen, frozen, bytes + ratio * carried);
    }

    /// @param bytes on the wire
    record Outcome(double durable, double frozen, double bytes) {}

    double seconds(double bytes, double rate) {
        return ratio * bytes / rate + overhead.toNanos() / 1e9;
    }

    double rate(Random random) {
        return uplink.bytesPerSecond() * Math.exp(noise * random.nextGaussian());
    }

    /// Reading a whole checkpoint back.
    double restore() {
        return seconds((double) memory.bytes(), uplink.bytesPerSecond());
    }
}
