package dev.lifeboat.edge.forecast;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// Reads `*.dtp.zst`, whoever wrote it: every count is bounded before it is believed.
///
/// The format: zstd; magic `DTP1`; varint number of scans; then per scan varint time in µs, varint rw-mapped pages,
/// varint number of regions; then per region a varint (d = start page − previous end page, written as |d|·2,
/// plus 1 if d < 0) and a varint length in pages. The first scan is the resident set; each later one lists the
/// pages written since the scan before. Varints are unsigned LEB128.
final class TraceFile {
    /// Decompressed; the largest of our own 50 s recordings has 5.5 MB.
    static final int MOST_BYTES = 256 << 20;

    static final int MOST_SCANS = 65_536;

    /// 2^40 pages are 4 PiB of address space, more than x86-64 and arm64 give a process.
    private static final long MOST_PAGE = 1L << 40;

    private static final byte[] MAGIC = "DTP1".getBytes(StandardCharsets.US_ASCII);

    private final Path file;
    private final byte[] content;
    private int at = MAGIC.length;

    private TraceFile(Path file, byte[] content) {
        this.file = file;
        this.content = content;
    }

    /// What a reader is told, in file order.
    interface Visitor {
        void scan(int index, long micros, long mappedPages);

        void region(int scan, long startPage, long pages);
    }

    static TraceFile open(Path file) {
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file));
                var zstd = new ZstdInputStream(raw)) {
            byte[] content = zstd.readNBytes(MOST_BYTES + 1);
            if (content.length > MOST_BYTES) {
                throw new BadTrace(file, "unpacks to more than " + (MOST_BYTES >> 20) + " MiB; split the recording");
            }
            if (content.length < MAGIC.length || !Arrays.equals(content, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
                throw new BadTrace(file, "does not begin with DTP1; is it a dirty-page trace?");
            }
            return new TraceFile(file, content);
        } catch (IOException e) {
            throw new BadTrace(file, "cannot be unpacked as zstd (" + e.getMessage() + "); copy it again");
        }
    }

    int scans() {
        at = MAGIC.length;
        long scans = varint("number of scans");
        if (scans > MOST_SCANS) {
            throw new BadTrace(file, scans + " scans, at most " + MOST_SCANS + " are read");
        }
        return (int) scans;
    }

    /// Reads all from the start; may be called again.
    void visit(Visitor visitor) {
        int scans = scans();
        long before = -1;
        for (int scan = 0; scan < scans; scan++) {
            long micros = varint("time of scan " + scan);
            if (micros <= before) {
                throw new BadTrace(file, "scan " + scan + " is not later than the scan before it");
            }
            before = micros;
            visitor.scan(scan, micros, page(varint("mapped pages of scan " + scan), scan));
            regions(scan, visitor);
        }
        if (at != content.length) {
            throw new BadTrace(file, (content.length - at) + " bytes follow the last scan");
        }
    }

    private void regions(int scan, Visitor visitor) {
        long regions = varint("number of regions of scan " + scan);
        long end = 0;
        for (long i = 0; i < regions; i++) {
            long step = varint("region start");
            long start = page((step & 1) == 0 ? end + (step >> 1) : end - (step >> 1), scan);
            long pages = varint("region length");
            end = page(start + pages, scan);
            visitor.region(scan, start, pages);
        }
    }

    private long page(long page, int scan) {
        if (page < 0 || page > MOST_PAGE) {
            throw new BadTrace(file, "scan " + scan + " speaks of page " + page + ", outside 0.." + MOST_PAGE);
        }
        return page;
    }

    private long varint(String what) {
        long value = 0;
        for (int shift = 0; shift < 56; shift += 7) {
            if (at >= content.length) {
                throw new BadTrace(file, "ends inside the " + what + "; the recording was cut");
            }
            byte next = content[at++];
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new BadTrace(file, "the " + what + " does not fit into 56 bits");
    }
}
