package dev.lifeboat.edge.launch.bench;

import dev.lifeboat.quantity.ByteCount;
import java.time.Duration;

/// What one run of one contender cost.
///
/// @param frozen from CRIU's first freeze until all memory was out of the victim (CRIU's stats, or our own clock)
/// @param durable from the start until the contender calls the image safe; see each contender for what "safe" means
/// @param processor user and system time of this process and its children, the store's server left out
/// @param dumped bytes of memory that were read
/// @param stored bytes that were uploaded; zero for a contender that does not
/// @param peakMemory largest resident size of one process of the contender
/// @param diskWritten bytes that the contender's processes sent to block devices, as the kernel accounts them
record Measured(
        Duration frozen,
        Duration durable,
        Duration processor,
        ByteCount dumped,
        ByteCount stored,
        ByteCount peakMemory,
        ByteCount diskWritten) {

    /// Processor seconds per 10^9 bytes of memory dumped.
    double processorPerGigabyte() {
        return seconds(processor) / (dumped.bytes() / 1e9);
    }

    static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
