package dev.lifeboat.checkpoint;

import java.util.Arrays;

/// How one chunk is compressed. The numbers are part of the format.
public enum Codec {
    NONE(0),
    LZ4(1),
    /// Slower than either neighbour and no smaller than zstd: for whoever must read chunks with nothing but a JDK or
    /// zlib.
    GZIP(2),
    ZSTD(3);

    private final int number;

    Codec(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /// @throws IllegalArgumentException when the format knows no such number
    public static Codec of(int number) {
        return Arrays.stream(values())
                .filter(codec -> codec.number == number)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no codec has the number " + number));
    }
}
