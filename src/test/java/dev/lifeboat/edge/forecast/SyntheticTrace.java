package dev.lifeboat.edge.forecast;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Writes traces of processes that were never recorded, in the recorder's format.
final class SyntheticTrace {
    private static final long SCAN_MICROS = 200_000;

    /// Shapes unlike the four recorded ones.
    enum Shape {
        /// A window that sweeps over the whole memory again and again.
        CYCLIC,
        /// Quiet, but every few seconds a third of memory at once.
        BURSTS,
        /// Memory grows steadily; only the new part is written.
        GROWING,
        /// Half-way it turns from nearly idle to busy.
        SUDDEN,
        /// A handful of pages.
        TINY,
        /// Tens of GiB, a small part of it hot.
        HUGE,
        /// Uniformly random pages.
        RANDOM
    }

    record Region(long start, long pages) {}

    record Scan(long micros, long mapped, List<Region> regions) {}

    private SyntheticTrace() {}

    static Path write(Path folder, Shape shape, int scans, long seed) {
        return write(
                folder.resolve(shape.name().toLowerCase(java.util.Locale.ROOT) + ".dtp.zst"), draw(shape, scans, seed));
    }

    static List<Scan> draw(Shape shape, int scans, long seed) {
        var random = new Random(seed);
        long memory = switch (shape) {
            case TINY -> 300;
            case HUGE -> 5_000_000;
            case CYCLIC, BURSTS, GROWING, SUDDEN, RANDOM -> 100_000;
        };
        var result = new ArrayList<Scan>();
        result.add(new Scan(0, memory, List.of(new Region(0, memory))));
        for (int i = 1; i < scans; i++) {
            long mapped = shape == Shape.GROWING ? memory / 4 + memory * 3 / 4 * i / scans : memory;
            long jitter = random.nextInt(20_000);
            result.add(new Scan(i * SCAN_MICROS + jitter, mapped, regions(shape, i, scans, memory, mapped, random)));
        }
        return result;
    }

    private static List<Region> regions(Shape shape, int i, int scans, long memory, long mapped, Random random) {
        return switch (shape) {
            case CYCLIC -> List.of(new Region((i * (memory / 40)) % memory, memory / 40));
            case BURSTS ->
                random.nextInt(25) == 0
                        ? List.of(new Region(random.nextInt(1000), memory / 3))
                        : List.of(new Region(0, 200));
            case GROWING -> List.of(new Region(0, 100), new Region(mapped - memory / scans, memory / scans));
            case SUDDEN -> List.of(new Region(random.nextInt(100), i < scans / 2 ? 300 : memory / 3));
            case TINY -> List.of(new Region(random.nextInt(50), 1 + random.nextInt(40)));
            case HUGE -> scattered(60, 400, memory / 20, random);
            case RANDOM -> scattered(300, 4, memory, random);
        };
    }

    private static List<Region> scattered(int count, int pages, long memory, Random random) {
        var regions = new ArrayList<Region>();
        for (int i = 0; i < count; i++) {
            regions.add(new Region(random.nextLong(memory - pages), pages));
        }
        return regions;
    }

    static Path write(Path file, List<Scan> scans) {
        try {
            Files.write(file, pack(unpacked(scans)));
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] pack(byte[] content) {
        var packed = new ByteArrayOutputStream();
        try (OutputStream zstd = new ZstdOutputStream(packed)) {
            zstd.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    static byte[] unpacked(List<Scan> scans) {
        var out = new ByteArrayOutputStream();
        out.writeBytes("DTP1".getBytes(StandardCharsets.US_ASCII));
        varint(out, scans.size());
        for (Scan scan : scans) {
            varint(out, scan.micros);
            varint(out, scan.mapped);
            varint(out, scan.regions.size());
            long end = 0;
            for (Region region : scan.regions) {
                long step = region.start - end;
                varint(out, Math.abs(step) * 2 + (step < 0 ? 1 : 0));
                varint(out, region.pages);
                end = region.start + region.pages;
            }
        }
        return out.toByteArray();
    }

    static void varint(ByteArrayOutputStream out, long value) {
        long left = value;
        while (left >= 0x80) {
            out.write((int) ((left & 0x7f) | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
    }
}
