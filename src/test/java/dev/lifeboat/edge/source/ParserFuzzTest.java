package dev.lifeboat.edge.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.listener.Payload;
import dev.lifeboat.listener.Reading;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Feeds every parser with mutations of its samples: never an exception past the parser, and every input has a reading
/// or announces nothing.
///
/// 2,000 inputs a parser; the soak: `./mvnw test -Dtest=ParserFuzzTest -Dfuzz.inputs=100000 -Dfuzz.seed=7`.
final class ParserFuzzTest {
    private static final int INPUTS = Integer.getInteger("fuzz.inputs", 2_000);
    private static final long SEED = Long.getLong("fuzz.seed", 1);

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

    @TestFactory
    List<DynamicTest> mutations() {
        Map<String, List<Sample>> bySource =
                Sample.all().stream().collect(Collectors.groupingBy(Sample::source, TreeMap::new, Collectors.toList()));
        return bySource.entrySet().stream()
                .map(source -> DynamicTest.dynamicTest(source.getKey(), () -> fuzz(source.getValue())))
                .toList();
    }

    private static void fuzz(List<Sample> samples) {
        var random = new Random(SEED);
        int unreadable = 0;
        for (int i = 0; i < INPUTS; i++) {
            Sample sample = samples.get(random.nextInt(samples.size()));
            byte[] input = mutated(sample.letter().body().bytes(), random);
            unreadable += unreadable(sample, input, i);
        }
        assertThat(unreadable).as("mutations that were refused").isPositive();
    }

    private static int unreadable(Sample sample, byte[] input, int i) {
        try {
            List<Reading> readings = sample.read(Payload.of(input));
            return (int) readings.stream()
                    .filter(Reading.Unreadable.class::isInstance)
                    .count();
        } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError(
                    "seed " + SEED + ", input " + i + " of " + sample + ": "
                            + new String(input, StandardCharsets.ISO_8859_1),
                    e);
        }
    }

    private static byte[] mutated(byte[] body, RandomGenerator random) {
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

    private static byte[] spice(RandomGenerator random) {
        return SPICE.get(random.nextInt(SPICE.size())).getBytes(StandardCharsets.UTF_8);
    }
}
