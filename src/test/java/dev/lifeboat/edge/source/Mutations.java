package dev.lifeboat.edge.source;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/// Damages what was whole, the same way for the same seed.
public final class Mutations {
    /// What parsers trip over: other types, absurd times and numbers, structure, controls, encodings.
    private static final List<String> SPICE = List.of(
            "null",
            "{}",
            "[]",
            "\"\"",
            "-1",
            "1e999",
            "9".repeat(60),
            "true",
            "\\u0000",
            "\\ud800",
            "[[[[[[[[",
            "\"",
            "}",
            ",",
            "\u0000",
            "\ufeff",
            "9999-12-31T23:59:59Z",
            "-999999999-01-01T00:00:00Z",
            "0000-00-00T00:00:00Z",
            "2026-01-01T00:00:00+18:00",
            "31 Feb 2026 09:00:43 GMT",
            "Thu, 01 Jan 99999 00:00:30 GMT",
            "x".repeat(3_000));

    private Mutations() {}

    /// One to four damages, some of which keep JSON whole.
    public static byte[] mutated(byte[] body, RandomGenerator random) {
        byte[] bytes = body;
        for (int rounds = 1 + random.nextInt(4); rounds > 0; rounds--) {
            bytes = once(bytes, random);
        }
        return bytes;
    }

    private static byte[] once(byte[] bytes, RandomGenerator random) {
        if (bytes.length == 0) {
            return spice(random);
        }
        int from = random.nextInt(bytes.length);
        int to = Math.min(bytes.length, from + 1 + random.nextInt(12));
        return switch (random.nextInt(6)) {
            case 0 -> Arrays.copyOf(bytes, from);
            case 1 -> join(bytes, from, new byte[0], to);
            case 2 -> join(bytes, from, spice(random), to);
            case 3 -> join(bytes, to, Arrays.copyOfRange(bytes, from, to), to);
            case 4 -> value(bytes, random);
            default -> {
                byte[] flipped = bytes.clone();
                flipped[from] ^= (byte) (1 << random.nextInt(8));
                yield flipped;
            }
        };
    }

    /// Replaces one whole value, which keeps the JSON whole: that gets past the reader to the parser.
    private static byte[] value(byte[] bytes, RandomGenerator random) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int start = text.indexOf(':', random.nextInt(bytes.length)) + 1;
        int end = text.indexOf(',', start);
        if (start == 0 || end < 0) {
            return spice(random);
        }
        byte[] spice = spice(random);
        byte[] quoted = random.nextBoolean()
                ? spice
                : ('"' + new String(spice, StandardCharsets.UTF_8) + '"').getBytes(StandardCharsets.UTF_8);
        return join(bytes, start, quoted, end);
    }

    private static byte[] join(byte[] bytes, int from, byte[] middle, int to) {
        byte[] joined = Arrays.copyOf(bytes, from + middle.length + bytes.length - to);
        System.arraycopy(middle, 0, joined, from, middle.length);
        System.arraycopy(bytes, to, joined, from + middle.length, bytes.length - to);
        return joined;
    }

    /// One of the things that parsers trip over.
    public static byte[] spice(RandomGenerator random) {
        return SPICE.get(random.nextInt(SPICE.size())).getBytes(StandardCharsets.UTF_8);
    }
}
