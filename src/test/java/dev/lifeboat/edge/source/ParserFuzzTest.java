package dev.lifeboat.edge.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.listener.Payload;
import dev.lifeboat.listener.Reading;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Feeds every parser with mutations of its samples: never an exception past the parser, and every input
/// has a reading or announces nothing.
///
/// 2,000 inputs a parser; 100,000 with `./lifeboat test --soak`, other ones with `-Dfuzz.seed=7`.
final class ParserFuzzTest {
    private static final int INPUTS = Integer.getInteger("fuzz.inputs", 2_000);
    private static final long SEED = Long.getLong("fuzz.seed", 1);

    @TestFactory
    List<DynamicTest> mutations() {
        Map<String, List<Sample>> byParser = Sample.all().stream()
                .collect(Collectors.groupingBy(
                        sample -> sample.source() + ' ' + sample.letter().about(), TreeMap::new, Collectors.toList()));
        return byParser.entrySet().stream()
                .map(parser -> DynamicTest.dynamicTest(parser.getKey(), () -> fuzz(parser.getValue())))
                .toList();
    }

    private static void fuzz(List<Sample> samples) {
        var random = new Random(SEED);
        int unreadable = 0;
        for (int i = 0; i < INPUTS; i++) {
            Sample sample = samples.get(random.nextInt(samples.size()));
            byte[] input = Mutations.mutated(sample.letter().body().bytes(), random);
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
}
