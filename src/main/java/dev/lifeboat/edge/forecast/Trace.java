package dev.lifeboat.edge.forecast;

import java.nio.file.Path;
import java.util.Arrays;

/// A process's writing, as a loop that can be entered anywhere: how many distinct pages are written in any stretch of
/// time, and how many are mapped. The first fifth of a recording is the process starting up and is left out, so
/// that the loop's seam is not a start-up that no process goes through every minute.
final class Trace {
    private static final int PAGE = 4096;

    /// Shorter loops say nothing about a save of several seconds.
    private static final double LEAST_SECONDS = 5;

    private static final int LEAST_SCANS = 10;

    private static final long MOST_PAGES = 1L << 26;

    private final String name;
    /// Seconds since the loop's start, one per scan; the first is 0, the last is the loop's length.
    private final double[] times;
    private final long[] mapped;
    /// `[i][d]`: distinct pages written in the d scan intervals after scan i, wrapping round.
    private final int[][] written;

    private Trace(String name, double[] times, long[] mapped, int[][] written) {
        this.name = name;
        this.times = times;
        this.mapped = mapped;
        this.written = written;
    }

    static Trace read(Path file) {
        TraceFile source = TraceFile.open(file);
        int scans = source.scans();
        var micros = new long[scans];
        var pages = new long[scans];
        source.visit(new TraceFile.Visitor() {
            @Override
            public void scan(int index, long time, long mappedPages) {
                micros[index] = time;
                pages[index] = mappedPages;
            }

            @Override
            public void region(int scan, long startPage, long length) {}
        });
        int first = firstAfterStart(micros);
        if (scans - first < LEAST_SCANS || (micros[scans - 1] - micros[first]) / 1e6 < LEAST_SECONDS) {
            throw new BadTrace(
                    file,
                    "too short: after the first fifth at least " + LEAST_SCANS + " scans and " + LEAST_SECONDS
                            + " s are needed");
        }
        if (Arrays.stream(pages, first, scans).anyMatch(count -> count == 0)) {
            throw new BadTrace(file, "a scan says that no page is mapped");
        }
        if (Arrays.stream(pages, first, scans).max().orElseThrow() > MOST_PAGES) {
            throw new BadTrace(file, "more than 256 GiB are mapped; this bench is for single processes");
        }
        int merge = (scans - first + WriteTable.MOST_INTERVALS - 1) / WriteTable.MOST_INTERVALS;
        int intervals = (scans - 1 - first) / merge;
        var table = new WriteTable(file, intervals, first, merge);
        source.visit(table);
        var times = new double[intervals + 1];
        var mapped = new long[intervals + 1];
        for (int i = 0; i <= intervals; i++) {
            times[i] = (micros[first + i * merge] - micros[first]) / 1e6;
            mapped[i] = pages[first + i * merge];
        }
        String name = file.getFileName().toString().replaceFirst("\\.dtp\\.zst$", "");
        return new Trace(name, times, mapped, table.build());
    }

    private static int firstAfterStart(long[] micros) {
        int first = 0;
        while (first < micros.length && (micros[first] - micros[0]) * 5.0 < micros[micros.length - 1] - micros[0]) {
            first++;
        }
        return first;
    }

    String name() {
        return name;
    }

    double lengthSeconds() {
        return times[times.length - 1];
    }

    /// Bytes mapped at a moment of the loop.
    double footprint(double moment) {
        return (double) mapped[index(moment % lengthSeconds())] * PAGE;
    }

    double largestFootprint() {
        return (double) Arrays.stream(mapped).max().orElseThrow() * PAGE;
    }

    /// Distinct bytes written within `seconds` after a moment of the loop; linear between scans.
    double dirtied(double moment, double seconds) {
        double length = lengthSeconds();
        double from = moment % length;
        double span = Math.min(seconds, length);
        int i = index(from);
        double interval = times[i + 1] - times[i];
        if (from + span <= times[i + 1]) {
            return written[i][1] * (span / interval) * PAGE;
        }
        double part = (from - times[i]) / interval;
        double fromNext = i + 1 < written.length ? pagesUntil(i + 1, from + span) : pagesUntil(0, from + span - length);
        return ((1 - part) * pagesUntil(i, from + span) + part * fromNext) * PAGE;
    }

    /// Distinct pages written from scan i until a moment, which may lie in the next lap.
    private double pagesUntil(int i, double until) {
        int intervals = written.length;
        double length = lengthSeconds();
        double rest = until - times[i];
        if (rest <= 0) {
            return 0;
        }
        if (rest >= length) {
            return written[i][intervals];
        }
        double end = until >= length ? until - length : until;
        int j = index(end);
        double part = (end - times[j]) / (times[j + 1] - times[j]);
        int distance = Math.floorMod(j - i, intervals);
        return (1 - part) * written[i][distance] + part * written[i][Math.min(distance + 1, intervals)];
    }

    private int index(double moment) {
        int found = Arrays.binarySearch(times, moment);
        int at = found >= 0 ? found : -found - 2;
        return Math.clamp(at, 0, written.length - 1);
    }
}
