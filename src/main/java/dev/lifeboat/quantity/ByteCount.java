package dev.lifeboat.quantity;

import java.util.Locale;

/// A number of bytes, zero or more.
///
/// @param bytes at least 0
public record ByteCount(long bytes) implements Comparable<ByteCount> {
    public static final ByteCount ZERO = new ByteCount(0);

    public ByteCount {
        if (bytes < 0) {
            throw new IllegalArgumentException("a byte count cannot be negative: " + bytes);
        }
    }

    public static ByteCount ofMebi(long mebibytes) {
        return new ByteCount(Math.multiplyExact(mebibytes, 1L << 20));
    }

    public ByteCount plus(ByteCount other) {
        return new ByteCount(Math.addExact(bytes, other.bytes));
    }

    @Override
    public int compareTo(ByteCount other) {
        return Long.compare(bytes, other.bytes);
    }

    /// Binary units with one decimal, such as `256.0 MiB`.
    @Override
    public String toString() {
        if (bytes < 1024) {
            return bytes + " B";
        }
        double value = bytes;
        int unit = -1;
        while (value >= 1024 && unit < 4) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %siB", value, "KMGTP".charAt(unit));
    }
}
