package dev.lifeboat.edge.demo.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// One node: a process namespace whose first process holds it, its own mounts, its own network. Killing that first
/// process kills all that runs there, at once and without a word, as a cloud does.
public final class Node implements AutoCloseable {
    /// `$1` is the node's own folder, `$2` where it appears on the node, `$3` a folder that becomes a tmpfs, `$4`
    /// the last process number before the node's own. bash reaps what its children leave behind.
    private static final String FIRST_PROCESS = """
            set -e
            mount --bind "$1" "$2"
            mount -t tmpfs -o mode=700 tmpfs "$3"
            echo "$4" > /proc/sys/kernel/ns_last_pid
            echo up > "$1/.up"
            trap '' INT HUP
            while :; do sleep 86400 & wait $!; done
            """;

    private static final Duration START = Duration.ofSeconds(15);
    private static final Duration END = Duration.ofSeconds(15);

    private final String name;
    private final Process holder;
    private final long pid;
    private final String address;

    private Node(String name, Process holder, long pid, String address) {
        this.name = name;
        this.holder = holder;
        this.pid = pid;
        this.address = address;
    }

    /// What a node is made of.
    ///
    /// @param number 1 to 200; keeps process numbers apart too, so that a restored process finds its own free
    /// @param own the node's folder
    /// @param seen where the node's processes find it; the same path on every node
    /// @param scratch becomes a tmpfs of the node's own
    public record Plan(String name, int number, Path own, Path seen, Path scratch) {}

    public static Node start(Plan plan, Network network) throws IOException, InterruptedException {
        for (Path folder : List.of(plan.own(), plan.seen(), plan.scratch())) {
            Files.createDirectories(folder);
        }
        Path up = plan.own().resolve(".up");
        Files.deleteIfExists(up);
        var command = new ArrayList<>(Part.TIED_TO_US);
        command.addAll(List.of(
                "unshare",
                "--mount",
                "--net",
                "--pid",
                "--fork",
                "--kill-child",
                "--mount-proc",
                "--propagation",
                "private"));
        command.addAll(List.of("bash", "-c", FIRST_PROCESS, plan.name()));
        command.addAll(List.of(
                plan.own().toString(), plan.seen().toString(), plan.scratch().toString()));
        command.add(Integer.toString(10_000 * plan.number() - 1));
        Process holder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(plan.own().resolve(".node.log").toFile())
                .start();
        await(up, holder, plan);
        long pid = holder.children().findFirst().orElseThrow().pid();
        network.connect(pid, plan.number());
        return new Node(plan.name(), holder, pid, network.address(plan.number()));
    }

    /// Prefixes a command so that it runs on the node.
    public List<String> inside(List<String> command) {
        var whole = new ArrayList<>(List.of("nsenter", "--target", Long.toString(pid), "--mount", "--net", "--pid"));
        whole.addAll(command);
        return whole;
    }

    public String name() {
        return name;
    }

    /// On the bridge.
    public String address() {
        return address;
    }

    /// Gives the node a link-local address, as the metadata service has.
    public void addAddress(String linkLocal) throws InterruptedException {
        Shell.run(inside(List.of("ip", "address", "add", linkLocal + "/32", "dev", "lo")));
    }

    /// SIGKILL for everything that runs there.
    public void kill() {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        try {
            if (!holder.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException(name + " did not die within " + END.toSeconds() + " s of SIGKILL");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
    }

    private static void await(Path up, Process holder, Plan plan) throws IOException {
        Instant giveUp = Instant.now().plus(START);
        while (!Files.exists(up)) {
            if (!holder.isAlive() || Instant.now().isAfter(giveUp)) {
                holder.destroyForcibly();
                throw new IllegalStateException("%s does not come up: %s"
                        .formatted(
                                plan.name(),
                                Files.readString(plan.own().resolve(".node.log"))
                                        .strip()));
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }
}
