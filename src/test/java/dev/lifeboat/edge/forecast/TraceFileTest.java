package dev.lifeboat.edge.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TraceFileTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void countsDistinctPagesAsAPlainSetWould(SyntheticTrace.Shape shape) {
        List<SyntheticTrace.Scan> scans = thinned(SyntheticTrace.draw(shape, 60, 3));
        Trace trace = Trace.read(SyntheticTrace.write(folder.resolve("x.dtp.zst"), scans));
        int first = 0;
        while (scans.get(first).micros() * 5.0 < scans.getLast().micros()) {
            first++;
        }
        for (int from = first; from < scans.size() - 1; from += 7) {
            Set<Long> pages = new HashSet<>();
            for (int until = from + 1; until < scans.size(); until++) {
                for (SyntheticTrace.Region region : scans.get(until).regions()) {
                    for (long page = region.start(); page < region.start() + region.pages(); page++) {
                        pages.add(page);
                    }
                }
                double begin = (scans.get(from).micros() - scans.get(first).micros()) / 1e6;
                double seconds = (scans.get(until).micros() - scans.get(from).micros()) / 1e6;
                assertThat(trace.dirtied(begin, seconds) / 4096)
                        .as("scans %d to %d", from, until)
                        .isCloseTo(pages.size(), within(1e-3 * pages.size() + 1e-6));
            }
        }
    }

    /// The set-based count is slow, so regions are cut to a hundredth.
    private static List<SyntheticTrace.Scan> thinned(List<SyntheticTrace.Scan> scans) {
        return scans.stream()
                .map(scan -> new SyntheticTrace.Scan(
                        scan.micros(),
                        scan.mapped(),
                        scan.regions().stream()
                                .map(region -> new SyntheticTrace.Region(region.start(), 1 + region.pages() / 100))
                                .toList()))
                .toList();
    }

    @Test
    void neverDirtiesLessInALongerTimeNorMoreThanOneLapHolds() {
        for (SyntheticTrace.Shape shape : SyntheticTrace.Shape.values()) {
            Trace trace = Trace.read(SyntheticTrace.write(folder, shape, 80, 4));
            var random = new Random(4);
            for (int i = 0; i < 100; i++) {
                double moment = 100 * random.nextDouble();
                double before = 0;
                for (double seconds = 0.01; seconds < 60; seconds *= 1.2) {
                    double now = trace.dirtied(moment, seconds);
                    assertThat(now)
                            .as("%s at %s for %s s", shape, moment, seconds)
                            .isGreaterThanOrEqualTo(before - 1);
                    before = now;
                }
            }
        }
    }

    @Test
    void aTraceCutAnywhereIsRefusedByName() throws IOException {
        byte[] whole = SyntheticTrace.unpacked(SyntheticTrace.draw(SyntheticTrace.Shape.TINY, 60, 1));
        Path file = folder.resolve("cut.dtp.zst");
        for (int length = 0; length < whole.length; length += 1 + length / 50) {
            Files.write(file, SyntheticTrace.pack(Arrays.copyOf(whole, length)));
            assertThatThrownBy(() -> Trace.read(file))
                    .as("cut at %d", length)
                    .isInstanceOf(BadTrace.class)
                    .hasMessageContaining("cut.dtp.zst");
        }
    }

    @Test
    void aCutArchiveIsRefused() throws IOException {
        byte[] packed =
                SyntheticTrace.pack(SyntheticTrace.unpacked(SyntheticTrace.draw(SyntheticTrace.Shape.RANDOM, 60, 1)));
        Path file = Files.write(folder.resolve("cut.dtp.zst"), Arrays.copyOf(packed, packed.length / 2));

        assertThatThrownBy(() -> Trace.read(file)).isInstanceOf(BadTrace.class).hasMessageContaining("zstd");
    }

    @Test
    void anyGarbledTraceIsReadOrRefusedButNeverBreaks() throws IOException {
        byte[] whole = SyntheticTrace.unpacked(SyntheticTrace.draw(SyntheticTrace.Shape.TINY, 60, 1));
        Path file = folder.resolve("garbled.dtp.zst");
        int refused = 0;
        for (int seed = 0; seed < 2000; seed++) {
            var random = new Random(seed);
            byte[] garbled = whole.clone();
            for (int i = 0; i <= random.nextInt(8); i++) {
                garbled[random.nextInt(garbled.length)] = (byte) random.nextInt(256);
            }
            Files.write(file, SyntheticTrace.pack(garbled));
            try {
                assertThat(Trace.read(file).dirtied(1, 1)).isNotNegative();
            } catch (BadTrace e) {
                refused++;
                assertThat(e).hasMessageContaining("garbled.dtp.zst");
            }
        }
        assertThat(refused).isGreaterThan(500);
    }

    @Test
    void whatIsNoArchiveIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("text.dtp.zst"), "hello", StandardCharsets.UTF_8);

        assertThatThrownBy(() -> Trace.read(file)).isInstanceOf(BadTrace.class).hasMessageContaining("zstd");
    }

    @Test
    void anArchiveBombIsRefusedBeforeItFillsMemory() throws IOException {
        Path file =
                Files.write(folder.resolve("bomb.dtp.zst"), SyntheticTrace.pack(new byte[TraceFile.MOST_BYTES + 1]));
        assertThat(Files.size(file)).isLessThan(100_000);

        assertThatThrownBy(() -> Trace.read(file)).isInstanceOf(BadTrace.class).hasMessageContaining("256 MiB");
    }

    @Test
    void claimsBeyondTheBoundsAreRefused() throws IOException {
        assertThatThrownBy(() -> read(1L << 50)).isInstanceOf(BadTrace.class).hasMessageContaining("scans");
        assertThatThrownBy(() -> read(20, 0, 5, 1, 0, 1L << 45))
                .isInstanceOf(BadTrace.class)
                .hasMessageContaining("page");
        assertThatThrownBy(() -> read(20, 0, 5, 1, (1L << 45) + 1, 1)).isInstanceOf(BadTrace.class);
        assertThatThrownBy(() -> read(20, 0, 5, 1L << 50))
                .isInstanceOf(BadTrace.class)
                .hasMessageContaining("cut");
        assertThatThrownBy(() -> read(20, 7, 5, 0, 7, 5, 0))
                .isInstanceOf(BadTrace.class)
                .hasMessageContaining("later");
        assertThatThrownBy(() -> read(0)).isInstanceOf(BadTrace.class).hasMessageContaining("short");
    }

    @Test
    void aFewBytesThatClaimToWriteTerabytesAreRefusedInTime() {
        var scans = new ArrayList<SyntheticTrace.Scan>();
        for (int i = 0; i < 60; i++) {
            scans.add(new SyntheticTrace.Scan(i * 200_000L, 1, List.of(new SyntheticTrace.Region(0, 1L << 39))));
        }
        Path file = SyntheticTrace.write(folder.resolve("vast.dtp.zst"), scans);

        assertThatThrownBy(() -> Trace.read(file)).isInstanceOf(BadTrace.class).hasMessageContaining("page writes");
    }

    private Trace read(long... numbers) throws IOException {
        var out = new ByteArrayOutputStream();
        out.writeBytes("DTP1".getBytes(StandardCharsets.US_ASCII));
        for (long number : numbers) {
            SyntheticTrace.varint(out, number);
        }
        return Trace.read(Files.write(folder.resolve("hostile.dtp.zst"), SyntheticTrace.pack(out.toByteArray())));
    }
}
