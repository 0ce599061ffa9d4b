package dev.lifeboat.edge.criu;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/// What CRIU says about a dump that it finished: the file `stats-dump`, images/stats.proto.
///
/// @param freezing until every task stood still
/// @param frozen from then until they were killed or let go
/// @param inherited pages that were left out because the parent has them
/// @param written pages that were not
public record DumpStatistics(Duration freezing, Duration frozen, long inherited, long written) {
    /// Two magic words and the message's length.
    private static final int HEADER_BYTES = 12;

    /// @param work the folder that CRIU worked in
    /// @throws IOException when there is no such file, as after a dump that failed
    public static DumpStatistics read(Path work) throws IOException {
        byte[] file = Files.readAllBytes(work.resolve("stats-dump"));
        var in = CodedInputStream.newInstance(file, HEADER_BYTES, Math.max(0, file.length - HEADER_BYTES));
        Duration freezing = Duration.ZERO;
        Duration frozen = Duration.ZERO;
        long inherited = 0;
        long written = 0;
        // stats_entry's only field of a dump is 1, the dump_stats_entry.
        if (WireFormat.getTagFieldNumber(in.readTag()) != 1) {
            throw new IOException("stats-dump holds no statistics of a dump");
        }
        in.pushLimit(in.readRawVarint32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> freezing = micros(in);
                case 2 -> frozen = micros(in);
                case 6 -> inherited = in.readUInt64();
                case 7 -> written = in.readUInt64();
                default -> in.skipField(tag);
            }
        }
        return new DumpStatistics(freezing, frozen, inherited, written);
    }

    private static Duration micros(CodedInputStream in) throws IOException {
        return Duration.of(Integer.toUnsignedLong(in.readUInt32()), ChronoUnit.MICROS);
    }
}
