package dev.lifeboat.edge.launch.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// A link of a certain rate to a process that has a network of its own: a veth(4) pair, and the kernel's token bucket,
/// tc-tbf(8), on what comes from there. It is gone with that process.
///
/// @param gigabits a second, 10^9 bits each
record Link(double gigabits) {
    /// What has to stand before the command of such a process.
    static final List<String> APART = List.of("unshare", "--net", "--");

    /// A GiB in a quarter of an hour, and more than any veth carries.
    private static final double SLOWEST = 0.01;

    private static final double FASTEST = 100;

    /// Base 36 keeps every process number within the 15 characters of an interface's name.
    private static final int RADIX = 36;

    /// Tokens for 3 ms at 2.5 Gbit/s: more than the kernel's timers are late, and room for its largest packet.
    private static final String BURST = "1mb";

    /// What a machine on the way would queue.
    private static final String QUEUE = "10ms";

    private static final int APART_WITHIN_SECONDS = 60;
    private static final int LOOK_EVERY_MILLIS = 5;

    /// As an option.
    static final class Rate implements ITypeConverter<Link> {
        @Override
        public Link convert(String value) {
            try {
                double gigabits = Double.parseDouble(value);
                if (gigabits >= SLOWEST && gigabits <= FASTEST) {
                    return new Link(gigabits);
                }
            } catch (NumberFormatException _) {
                // said below
            }
            throw new TypeConversionException("gigabits a second from 0.01 to 100, not " + value);
        }
    }

    /// Lays it.
    ///
    /// @param pid of a process behind [#APART]
    /// @return the address there
    /// @throws IOException where ip or tc are missing or not allowed
    String lay(long pid) throws IOException, InterruptedException {
        awaitApart(pid);
        String number = Long.toString(pid);
        String ours = "lbl" + Long.toString(pid, RADIX);
        // RFC 2544 keeps 198.18.0.0/15 for measurements.
        String subnet = "198.18." + pid % 256 + ".";
        run(List.of(), "ip", "link", "add", ours, "type", "veth", "peer", "name", "eth0", "netns", number);
        run(List.of(), "ip", "address", "add", subnet + "1/30", "dev", ours);
        run(List.of(), "ip", "link", "set", ours, "up");
        var there = List.of("nsenter", "--target", number, "--net", "--");
        run(there, "ip", "address", "add", subnet + "2/30", "dev", "eth0");
        run(there, "ip", "link", "set", "eth0", "up");
        String rate = String.format(Locale.ROOT, "%.0fkbit", gigabits * 1e6);
        run(there, "tc", "qdisc", "add", "dev", "eth0", "root", "tbf", "rate", rate, "burst", BURST, "latency", QUEUE);
        return subnet + "2";
    }

    /// Until then it has the network of whoever started it, and would shape that.
    private static void awaitApart(long pid) throws IOException, InterruptedException {
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(APART_WITHIN_SECONDS);
        while (network(Long.toString(pid)).equals(network("self"))) {
            if (System.nanoTime() > giveUp) {
                throw new IOException("process " + pid + " got no network of its own; see unshare(1)");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
        }
    }

    private static Path network(String process) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc", process, "ns/net"));
    }

    private static void run(List<String> prefix, String... rest) throws IOException, InterruptedException {
        var command = new ArrayList<>(prefix);
        command.addAll(List.of(rest));
        Command.run(command);
    }
}
