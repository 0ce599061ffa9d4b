package dev.lifeboat.edge.policyfile;

import com.google.common.collect.ImmutableMap;
import dev.lifeboat.edge.policyfile.Reading.Bad;
import dev.lifeboat.edge.policyfile.Reading.Good;
import dev.lifeboat.edge.policyfile.Shape.Leaf;
import dev.lifeboat.policy.Cpu;
import dev.lifeboat.quantity.ByteCount;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Numbers with units, as Kubernetes writes them: durations as Go does
/// (pkg.go.dev/time#ParseDuration, read 2026-11), the others as
/// k8s.io/apimachinery `resource.Quantity` does.
enum Quantities {
    DURATION("a duration", "s", Map.of()) {
        @Override
        Optional<BigDecimal> measure(String text) {
            return sum(GO_DURATION, text, SECONDS);
        }

        @Override
        Object value(BigDecimal seconds) {
            return Duration.ofNanos(seconds.movePointRight(9).longValueExact());
        }
    },
    BYTES(
            "a number of bytes",
            "Mi",
            Map.ofEntries(
                    Map.entry("kilobytes", "Ki"),
                    Map.entry("megabytes", "Mi"),
                    Map.entry("gigabytes", "Gi"),
                    Map.entry("terabytes", "Ti"),
                    Map.entry("k", "Ki"),
                    Map.entry("kb", "Ki"),
                    Map.entry("kib", "Ki"),
                    Map.entry("ki", "Ki"),
                    Map.entry("m", "Mi"),
                    Map.entry("mb", "Mi"),
                    Map.entry("mib", "Mi"),
                    Map.entry("mi", "Mi"),
                    Map.entry("mbps", "Mi"),
                    Map.entry("mibps", "Mi"),
                    Map.entry("g", "Gi"),
                    Map.entry("gb", "Gi"),
                    Map.entry("gib", "Gi"),
                    Map.entry("gi", "Gi"),
                    Map.entry("gbps", "Gi"),
                    Map.entry("t", "Ti"),
                    Map.entry("tb", "Ti"),
                    Map.entry("tib", "Ti"),
                    Map.entry("ti", "Ti"))) {
        @Override
        Optional<BigDecimal> measure(String text) {
            return sum(BYTE_QUANTITY, text, BYTES_PER_UNIT).filter(bytes -> bytes.compareTo(MOST_BYTES) <= 0);
        }

        @Override
        Object value(BigDecimal bytes) {
            return new ByteCount(
                    bytes.setScale(0, java.math.RoundingMode.CEILING).longValueExact());
        }
    },
    CPU("an amount of CPU", "m", Map.of("cores", "", "core", "", "cpu", "", "cpus", "", "vcpu", "")) {
        @Override
        Optional<BigDecimal> measure(String text) {
            return sum(CPU_QUANTITY, text, CORES_PER_UNIT);
        }

        @Override
        Object value(BigDecimal cores) {
            return new Cpu(cores.movePointRight(3)
                    .setScale(0, java.math.RoundingMode.CEILING)
                    .longValueExact());
        }
    };

    private static final Pattern GO_DURATION =
            Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?|\\.\\d{1,9})(ns|us|µs|ms|s|m|h)");
    private static final Pattern BYTE_QUANTITY =
            Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)(Ki|Mi|Gi|Ti|Pi|k|M|G|T|P|)");
    private static final Pattern CPU_QUANTITY = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?)(m|)");

    /// A number and whatever stands behind it.
    private static final Pattern LOOSE = Pattern.compile("(-?\\d{1,12}(?:[.,]\\d{1,9})?)\\s*([a-zA-Zµ%]*)");

    private static final BigDecimal MOST_BYTES = BigDecimal.valueOf(Long.MAX_VALUE);

    private static final Map<String, BigDecimal> SECONDS = Map.of(
            "ns", new BigDecimal("1e-9"),
            "us", new BigDecimal("1e-6"),
            "µs", new BigDecimal("1e-6"),
            "ms", new BigDecimal("1e-3"),
            "s", BigDecimal.ONE,
            "m", new BigDecimal(60),
            "h", new BigDecimal(3600));
    private static final Map<String, BigDecimal> BYTES_PER_UNIT = Map.ofEntries(
            Map.entry("", BigDecimal.ONE),
            Map.entry("k", new BigDecimal("1e3")),
            Map.entry("M", new BigDecimal("1e6")),
            Map.entry("G", new BigDecimal("1e9")),
            Map.entry("T", new BigDecimal("1e12")),
            Map.entry("P", new BigDecimal("1e15")),
            Map.entry("Ki", new BigDecimal(1L << 10)),
            Map.entry("Mi", new BigDecimal(1L << 20)),
            Map.entry("Gi", new BigDecimal(1L << 30)),
            Map.entry("Ti", new BigDecimal(1L << 40)),
            Map.entry("Pi", new BigDecimal(1L << 50)));
    private static final Map<String, BigDecimal> CORES_PER_UNIT =
            Map.of("", BigDecimal.ONE, "m", new BigDecimal("1e-3"));

    private final String words;
    private final String commonUnit;
    private final ImmutableMap<String, String> units;

    Quantities(String words, String commonUnit, Map<String, String> units) {
        this.words = words;
        this.commonUnit = commonUnit;
        this.units = ImmutableMap.copyOf(units);
    }

    /// In seconds, bytes or cores; empty when it is none.
    abstract Optional<BigDecimal> measure(String text);

    abstract Object value(BigDecimal measure);

    Reading read(Leaf leaf, String text, boolean plain, String standard) {
        Optional<BigDecimal> measure = measure(text);
        if (measure.isEmpty()) {
            String why = this == DURATION && text.matches("\\d+") ? " without a unit" : "";
            return new Bad(
                    Code.BAD_UNIT,
                    Scalars.quoted(text) + why + " is not " + leaf.form().words(),
                    repaired(leaf, text, standard));
        }
        if (outside(leaf, measure.get())) {
            String better = repaired(leaf, text, standard);
            boolean tooSmall = !leaf.least().isEmpty()
                    && measure.get().compareTo(measure(leaf.least()).orElseThrow()) < 0;
            return new Bad(
                    Code.OUT_OF_RANGE,
                    text + " is out of range " + leaf.least() + ".." + leaf.most(),
                    better != null ? better : tooSmall ? leaf.least() : leaf.most());
        }
        return new Good(value(measure.get()));
    }

    private boolean outside(Leaf leaf, BigDecimal measure) {
        return (!leaf.least().isEmpty()
                        && measure.compareTo(measure(leaf.least()).orElseThrow()) < 0)
                || (!leaf.most().isEmpty()
                        && measure.compareTo(measure(leaf.most()).orElseThrow()) > 0);
    }

    /// What was meant, if it reads as one of ours once its units are; never the text itself, never out of range.
    private @Nullable String repaired(Leaf leaf, String text, String standard) {
        String likely = likelyUnit(standard);
        return Stream.of(likely, "m", "s")
                .filter(unit -> this == DURATION || unit.equals(likely))
                .map(unit -> this == DURATION ? DurationSlips.repair(text, unit) : spelled(text, this::unitOf, unit))
                .filter(Objects::nonNull)
                .filter(guess -> !guess.equals(text))
                .filter(guess -> measure(guess)
                        .filter(measure -> !outside(leaf, measure))
                        .isPresent())
                .findFirst()
                .orElse(null);
    }

    private @Nullable String spelled(String text, UnaryOperator<String> unit, String likely) {
        var loose = LOOSE.matcher(text.replaceAll("[\\s\\p{Z}_]+", "")
                .replaceAll("\\.(?!\\d)", "")
                .replace("/s", ""));
        if (!loose.find()) {
            return null;
        }
        String number = loose.group(1).replace(',', '.').replace("-", "");
        String written = loose.group(2);
        if (this == CPU && written.equals("%")) {
            return new BigDecimal(number).multiply(BigDecimal.TEN).toBigInteger() + "m";
        }
        return number + (written.isEmpty() ? likely : unit.apply(written));
    }

    private String unitOf(String written) {
        return units.getOrDefault(written.toLowerCase(Locale.ROOT), commonUnit);
    }

    private String likelyUnit(String standard) {
        String unit = standard.replaceAll("[\\d.]", "");
        return unit.isEmpty() ? commonUnit : unit;
    }

    private static Optional<BigDecimal> sum(Pattern part, String text, Map<String, BigDecimal> units) {
        var matcher = part.matcher(text);
        BigDecimal sum = BigDecimal.ZERO;
        int end = 0;
        while (end < text.length() && matcher.find(end) && matcher.start() == end) {
            sum = sum.add(new BigDecimal(pad(matcher.group(1))).multiply(units.get(matcher.group(2))));
            end = matcher.end();
            if (part != GO_DURATION) {
                break;
            }
        }
        return end == text.length() && end > 0 ? Optional.of(sum) : Optional.empty();
    }

    private static String pad(String number) {
        return number.startsWith(".") ? "0" + number : number;
    }

    String words() {
        return words;
    }
}
