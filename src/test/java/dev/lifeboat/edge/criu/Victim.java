package dev.lifeboat.edge.criu;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/// A program that notices a lost, stale or torn page: each thread walks its own memory again and again, and finds in
/// each word what it left there one round before. It appends how far it is to a file that it holds open.
public final class Victim {
    private static final int WORDS_AT_ONCE = 1 << 16;
    private static final long PAUSE_NANOS = 2_000_000;
    private static final long LINE_NANOS = 10_000_000;

    private Victim() {}

    /// @param arguments MiB of memory, threads, file to append to
    public static void main(String[] arguments) throws Exception {
        int words = Integer.parseInt(arguments[0]) << 17;
        int threads = Integer.parseInt(arguments[1]);
        var done = new AtomicLongArray(threads);
        var torn = new AtomicBoolean();
        for (int i = 0; i < threads; i++) {
            int thread = i;
            Thread.ofPlatform().start(() -> walk(new long[words / threads], thread, done, torn));
        }
        try (var file = FileChannel.open(Path.of(arguments[2]), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (!torn.get()) {
                long sum = 0;
                for (int i = 0; i < threads; i++) {
                    sum += done.get(i);
                }
                file.write(ByteBuffer.wrap((sum + "\n").getBytes(StandardCharsets.US_ASCII)));
                LockSupport.parkNanos(LINE_NANOS);
            }
            file.write(ByteBuffer.wrap("TORN\n".getBytes(StandardCharsets.US_ASCII)));
        }
        System.exit(1);
    }

    private static void walk(long[] memory, int thread, AtomicLongArray done, AtomicBoolean torn) {
        for (long round = 1; !torn.get(); round++) {
            for (int i = 0; i < memory.length; i++) {
                if (memory[i] != (round == 1 ? 0 : mix(round - 1, i, thread))) {
                    torn.set(true);
                    return;
                }
                memory[i] = mix(round, i, thread);
                if (i % WORDS_AT_ONCE == 0) {
                    done.addAndGet(thread, WORDS_AT_ONCE);
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        }
    }

    /// Pages that do not compress to nothing.
    private static long mix(long round, int index, int thread) {
        long x = round * 0x9E3779B97F4A7C15L + index * 0xBF58476D1CE4E5B9L + thread;
        return x ^ (x >>> 29);
    }
}
