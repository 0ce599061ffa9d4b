package dev.lifeboat.edge.forecast;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// Counts, for every pair of scans, the distinct pages written between them. Each write of a page after scan
/// l's and in interval w makes that page's next write w for all starts l…w−1; counting such pairs once per
/// write, and summing over starts at the end, needs one step per page write and one table, whatever the number
/// of pairs.
final class WriteTable implements TraceFile.Visitor {
    /// Longer recordings are read with neighbouring scans merged: 1,024² counts are 4 MiB a table.
    static final int MOST_INTERVALS = 1024;

    private static final int BLOCK = 512;

    /// 64 GiB of touched address space in blocks of 2 MiB: 128 MiB of our memory.
    private static final int MOST_BLOCKS = 32_768;

    /// Page writes in one file; a 3 GiB process rewritten whole at each of 600 scans.
    private static final long MOST_WRITES = 500_000_000;

    private final Path file;
    private final int intervals;
    private final int first;
    private final int merge;
    private final Map<Long, int[]> blocks = new HashMap<>();
    /// `[l][w]` pages whose writes in interval w follow one in l (0: none since the loop's start).
    private final int[][] pairs;

    private long writes;

    /// @param first scan at which the loop starts
    /// @param merge scans per interval
    WriteTable(Path file, int intervals, int first, int merge) {
        this.file = file;
        this.intervals = intervals;
        this.first = first;
        this.merge = merge;
        this.pairs = new int[intervals + 1][intervals + 1];
    }

    @Override
    public void scan(int index, long micros, long mappedPages) {}

    @Override
    public void region(int scan, long startPage, long pages) {
        writes += pages;
        if (writes > MOST_WRITES) {
            throw new BadTrace(file, "more than " + MOST_WRITES + " page writes; split the recording");
        }
        int interval = (scan - first + merge - 1) / merge;
        if (scan <= first || interval > intervals) {
            return;
        }
        for (long page = startPage; page < startPage + pages; page++) {
            int[] block = block(page / BLOCK);
            int slot = (int) (page % BLOCK) * 2;
            int last = block[slot + 1];
            if (last == interval) {
                continue;
            }
            if (last == 0) {
                block[slot] = interval;
            }
            block[slot + 1] = interval;
            pairs[last][interval]++;
        }
    }

    /// First and last interval of each page, 0 where never written.
    private int[] block(long number) {
        int[] known = blocks.get(number);
        if (known != null) {
            return known;
        }
        if (blocks.size() >= MOST_BLOCKS) {
            throw new BadTrace(file, "more than " + MOST_BLOCKS + " blocks of 2 MiB are written to");
        }
        var fresh = new int[BLOCK * 2];
        blocks.put(number, fresh);
        return fresh;
    }

    int[][] build() {
        var table = new int[intervals][intervals + 1];
        for (int w = 1; w <= intervals; w++) {
            int covered = 0;
            for (int start = 0; start < w; start++) {
                covered += pairs[start][w];
                table[start][w - start] += covered;
            }
        }
        addWrapped(table);
        for (int[] row : table) {
            for (int d = 1; d <= intervals; d++) {
                row[d] += row[d - 1];
            }
        }
        return table;
    }

    /// After a page's last write of a lap comes its first of the next.
    private void addWrapped(int[][] table) {
        var wraps = new int[intervals + 1][intervals + 1];
        for (int[] block : blocks.values()) {
            for (int slot = 0; slot < block.length; slot += 2) {
                if (block[slot] > 0) {
                    wraps[block[slot + 1]][block[slot]]++;
                }
            }
        }
        for (int w = 1; w <= intervals; w++) {
            int covered = 0;
            for (int start = 0; start < intervals; start++) {
                covered += wraps[start][w];
                if (start >= w) {
                    table[start][w + intervals - start] += covered;
                }
            }
        }
    }
}
