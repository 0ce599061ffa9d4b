package dev.lifeboat.edge.launch.bench;

import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.edge.objectstore.Packing;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What compressing and sealing costs by itself: the part of the pipe's processor time that any tool would pay that
/// stores the same bytes compressed and encrypted.
final class CodecCost {
    /// As the store's chunks are.
    private static final int CHUNK = 1 << 20;

    private static final int SAMPLED_CHUNKS = 128;

    /// The first rounds warm the codec and the JIT; the last is the one that counts.
    private static final int ROUNDS = 3;

    private CodecCost() {}

    /// @return processor seconds for 10^9 bytes of the process's memory, by the store's own code, on one thread
    static double perGigabyte(long pid) throws IOException {
        List<ByteBuffer> chunks = sample(pid);
        var packing = new Packing(Codec.ZSTD, CHUNK);
        var threads = ManagementFactory.getThreadMXBean();
        long spent = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long before = threads.getCurrentThreadCpuTime();
            chunks.forEach(packing::pack);
            spent = threads.getCurrentThreadCpuTime() - before;
        }
        return spent / 1e9 / ((double) chunks.size() * CHUNK / 1e9);
    }

    /// Chunks spread over the process's largest writable mapping.
    private static List<ByteBuffer> sample(long pid) throws IOException {
        long[] largest = {0, 0};
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "maps"))) {
            String[] fields = line.split(" ", -1);
            int dash = fields[0].indexOf('-');
            long from = Long.parseUnsignedLong(fields[0], 0, dash, 16);
            long to = Long.parseUnsignedLong(fields[0], dash + 1, fields[0].length(), 16);
            if (fields[1].startsWith("rw") && to - from > largest[1] - largest[0]) {
                largest = new long[] {from, to};
            }
        }
        var chunks = new ArrayList<ByteBuffer>();
        long step = Math.max(CHUNK, (largest[1] - largest[0]) / SAMPLED_CHUNKS);
        try (var memory = FileChannel.open(Path.of("/proc", Long.toString(pid), "mem"))) {
            for (long at = largest[0]; at + CHUNK <= largest[1] && chunks.size() < SAMPLED_CHUNKS; at += step) {
                var chunk = ByteBuffer.allocateDirect(CHUNK);
                while (chunk.hasRemaining() && memory.read(chunk, at + chunk.position()) > 0) {}
                chunks.add(chunk.flip());
            }
        }
        return chunks;
    }
}
