package dev.lifeboat.quantity;

import java.time.Duration;
import java.util.Locale;

/// Bytes per second, finite and zero or more.
///
/// @param bytesPerSecond finite, at least 0
public record ByteRate(double bytesPerSecond) implements Comparable<ByteRate> {
    public ByteRate {
        if (!(bytesPerSecond >= 0) || Double.isInfinite(bytesPerSecond)) {
            throw new IllegalArgumentException("a byte rate is finite and not negative: " + bytesPerSecond);
        }
    }

    /// Megabytes (10^6) per second, the unit in which links and codecs are quoted.
    public static ByteRate ofMegabytes(double megabytesPerSecond) {
        return new ByteRate(megabytesPerSecond * 1e6);
    }

    /// What `amount` over `elapsed` comes to; zero when no time has passed.
    public static ByteRate of(ByteCount amount, Duration elapsed) {
        return elapsed.isZero() ? new ByteRate(0) : new ByteRate(amount.bytes() / (elapsed.toNanos() / 1e9));
    }

    @Override
    public int compareTo(ByteRate other) {
        return Double.compare(bytesPerSecond, other.bytesPerSecond);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.1f MB/s", bytesPerSecond / 1e6);
    }
}
