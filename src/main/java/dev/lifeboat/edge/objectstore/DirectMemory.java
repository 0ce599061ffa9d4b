package dev.lifeboat.edge.objectstore;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.lifeboat.quantity.ByteCount;
import java.lang.management.ManagementFactory;

/// What this JVM grants to buffers outside of its heap.
final class DirectMemory {
    /// What codecs, sockets and the HTTP client take beside our own buffers.
    private static final ByteCount OTHERS = ByteCount.ofMebi(64);

    private DirectMemory() {}

    /// The JVM's `-XX:MaxDirectMemorySize`, which is its greatest heap where nobody set it.
    static ByteCount most() {
        var options = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        long set = Long.parseLong(options.getVMOption("MaxDirectMemorySize").getValue());
        return new ByteCount(set > 0 ? set : Runtime.getRuntime().maxMemory());
    }

    /// What is left for pages that wait, so that nobody else runs out: at most `wanted`, at least one chunk.
    ///
    /// @param most that the JVM grants
    /// @param spoken for by the other buffers of the store
    static ByteCount forPages(ByteCount wanted, ByteCount most, ByteCount spoken) {
        long left = most.bytes() - spoken.bytes() - OTHERS.bytes();
        return new ByteCount(Math.max(LayerWriter.CHUNK_BYTES, Math.min(wanted.bytes(), left)));
    }
}
