package dev.lifeboat.quantity;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Pattern;

/// A number of bytes, zero or more.
///
/// @param bytes at least 0
public record ByteCount(long bytes) implements Comparable<ByteCount> {
    public static final ByteCount ZERO = new ByteCount(0);

    private static final Pattern SIZE = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,3})?|[0-9]{1,18})([kmgt]?)(?:i?b)?");

    public ByteCount {
        if (bytes < 0) {
            throw new IllegalArgumentException("a byte count cannot be negative: " + bytes);
        }
    }

    public static ByteCount ofMebi(long mebibytes) {
        return new ByteCount(Math.multiplyExact(mebibytes, 1L << 20));
    }

    /// What a person types: `1048576`, `256m`, `1g`, `1.5GiB`; the units k, m, g and t are binary.
    ///
    /// @throws IllegalArgumentException when it is not a size
    public static ByteCount parse(String text) {
        var size = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (!size.matches()) {
            throw new IllegalArgumentException("not a size: '" + text + "' (write 256m or 1g)");
        }
        int unit = " kmgt".indexOf(size.group(2).isEmpty() ? ' ' : size.group(2).charAt(0));
        return new ByteCount(new BigDecimal(size.group(1))
                .multiply(BigDecimal.valueOf(1L << (10 * unit)))
                .longValue());
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
