package dev.lifeboat.edge.demo.victim;

import dev.lifeboat.quantity.ByteCount;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// How the victim behaves. Parsed by hand: a command line library would be one more thing inside the dumped process.
///
/// @param memory changing memory, over all threads
/// @param churn share of it that is rewritten per second, 0 to 1
/// @param pass how long one full self-check takes, at best
/// @param ticks the file to append to
record VictimOptions(ByteCount memory, int threads, double churn, Duration pass, Path ticks, long seed) {
    private static final int MAX_THREADS = 64;

    VictimOptions {
        if (threads < 1 || threads > MAX_THREADS) {
            throw new IllegalArgumentException("--threads takes 1 to " + MAX_THREADS + ", not " + threads);
        }
        if (!(churn >= 0 && churn <= 1)) {
            throw new IllegalArgumentException("--churn is the share rewritten per second, 0 to 1, not " + churn);
        }
        long pages = memory.bytes() / Region.PAGE_BYTES / threads;
        if (pages < 2 || pages > Region.MAX_PAGES) {
            throw new IllegalArgumentException("--memory per thread is 8 KiB to 1 GiB, not " + memory + " in " + threads
                    + " threads; change --memory or --threads");
        }
        if (pass.toMillis() < 1) {
            throw new IllegalArgumentException("--pass takes at least 1 ms");
        }
    }

    int pagesPerThread() {
        return (int) (memory.bytes() / Region.PAGE_BYTES / threads);
    }

    static VictimOptions parse(List<String> args) {
        ByteCount memory = ByteCount.ofMebi(256);
        int threads = 4;
        double churn = 0.02;
        Duration pass = Duration.ofSeconds(1);
        Path ticks = Path.of("ticks.log");
        long seed = 42;
        if (args.size() % 2 != 0) {
            throw new IllegalArgumentException("every option takes one value: " + String.join(" ", args));
        }
        for (int i = 0; i < args.size(); i += 2) {
            String value = args.get(i + 1);
            switch (args.get(i)) {
                case "--memory" -> memory = ByteCount.parse(value);
                case "--threads" -> threads = Integer.parseInt(value);
                case "--churn" -> churn = Double.parseDouble(value);
                case "--pass" -> pass = Duration.ofMillis(Long.parseLong(value));
                case "--ticks" -> ticks = Path.of(value);
                case "--seed" -> seed = Long.parseLong(value);
                default ->
                    throw new IllegalArgumentException("no option " + args.get(i)
                            + "; there are --memory --threads --churn --pass (ms) --ticks --seed");
            }
        }
        return new VictimOptions(memory, threads, churn, pass, ticks, seed);
    }
}
