package dev.lifeboat.edge.replay;

import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of `lifeboat replay` that say what a trace does not tell.
final class Assumptions {
    /// docs.aws.amazon.com, "Spot Instance interruption notices"; cloud.google.com, "Preemptible VM instances".
    private static final long EC2_SECONDS = 120;

    private static final long GCP_SECONDS = 30;

    @Option(names = "--per-node", defaultValue = "4", description = "workloads on each machine (default: 4)")
    private int perNode = 4;

    @Option(names = "--memory-mib", defaultValue = "1024", description = "of each workload (default: 1024)")
    private long memoryMebibytes = 1024;

    @Option(names = "--uplink-mbps", defaultValue = "94", description = "MB/s of each machine (default: 94)")
    private double uplink = 94;

    @Option(names = "--window-seconds", description = "of each notice (default: 120 for EC2 traces, 30 for GCP's)")
    private @Nullable Long window;

    @Option(names = "--job-hours", defaultValue = "6", description = "work after which a job is done (default: 6)")
    private long jobHours = 6;

    @Option(names = "--ratio", defaultValue = "0.5", description = "wire bytes per memory byte (default: 0.5)")
    private double ratio = 0.5;

    @Option(
            names = "--hot-share",
            defaultValue = "0.3",
            description = "of the memory that is written again and again (default: 0.3)")
    private double hotShare = 0.3;

    @Option(names = "--hot-seconds", defaultValue = "5", description = "time constant of that (default: 5)")
    private double hotSeconds = 5;

    @Option(names = "--cold-mbps", defaultValue = "1", description = "MB/s at which the rest is dirtied (default: 1)")
    private double cold = 1;

    @Option(names = "--overhead-millis", defaultValue = "300", description = "of each stage of a save (default: 300)")
    private long overhead = 300;

    @Option(
            names = "--pause-millis",
            defaultValue = "30",
            description = "that each background pre-dump costs its workload (default: 30)")
    private long pause = 30;

    @Option(names = "--noise", defaultValue = "0.15", description = "sigma of log throughput (default: 0.15)")
    private double noise = 0.15;

    @Option(names = "--seed", defaultValue = "1", description = "of the noise (default: 1)")
    private long seed = 1;

    /// @throws Unreadable when one makes no sense
    Model model(Trace trace) {
        long seconds = window != null ? window : trace.isNamed() ? EC2_SECONDS : GCP_SECONDS;
        within("--per-node", perNode, 1, 1_000);
        within("--memory-mib", (double) memoryMebibytes, 1, 100L << 20);
        within("--uplink-mbps", uplink, 0.001, 1e6);
        within("--window-seconds", (double) seconds, 1, 86_400);
        within("--job-hours", (double) jobHours, 1, 8_760);
        within("--ratio", ratio, 0.001, 2);
        within("--hot-share", hotShare, 0, 1);
        within("--hot-seconds", hotSeconds, 0.001, 86_400);
        within("--cold-mbps", cold, 0, 1e6);
        within("--overhead-millis", (double) overhead, 0, 3_600_000);
        within("--pause-millis", (double) pause, 0, 60_000);
        within("--noise", noise, 0, 2);
        return new Model(
                perNode,
                ByteCount.ofMebi(memoryMebibytes),
                ByteRate.ofMegabytes(uplink),
                Duration.ofSeconds(seconds),
                Duration.ofHours(jobHours),
                ratio,
                hotShare,
                hotSeconds,
                ByteRate.ofMegabytes(cold),
                Duration.ofMillis(overhead),
                Duration.ofMillis(pause),
                noise,
                seed);
    }

    private static void within(String option, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new Unreadable(
                    "%s: %s is not within %s to %s".formatted(option, plain(value), plain(least), plain(most)));
        }
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? "%.0f".formatted(value) : Double.toString(value);
    }
}
