package dev.lifeboat.edge.demo;

import dev.lifeboat.edge.demo.node.Network;
import dev.lifeboat.edge.demo.node.Node;
import dev.lifeboat.edge.demo.node.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// All that runs and has to be gone again: the network, the nodes, the parts. Closing it twice is fine.
final class Stage implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(25);

    private final Path folder;
    private final List<Part> parts = new ArrayList<>();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private volatile boolean closing;

    /// @param folder for logs and state
    Stage(Path folder) {
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    Path log(String part) {
        return folder.resolve("logs").resolve(part.replace(' ', '-') + ".log");
    }

    Network network() throws InterruptedException {
        return keep(Network.create(ProcessHandle.current().pid()));
    }

    Node node(Node.Plan plan, Network network) throws IOException, InterruptedException {
        return keep(Node.start(plan, network));
    }

    /// Starts a process on this machine.
    Part start(String name, List<String> command, Map<String, String> environment) throws IOException {
        Files.createDirectories(folder.resolve("logs"));
        Part part = Part.start(name, command, log(name), environment);
        parts.add(part);
        open.push(part::stop);
        return part;
    }

    /// Starts a process on a node; it ends with the node.
    Part startOn(Node node, String name, List<String> command, Map<String, String> environment) throws IOException {
        Files.createDirectories(folder.resolve("logs"));
        Part part = Part.start(name, node.inside(command), log(name), environment);
        parts.add(part);
        return part;
    }

    <T extends AutoCloseable> T keep(T thing) {
        open.push(thing);
        return thing;
    }

    /// Whoever is on the node dies with it, as foreseen.
    void expectDeath(List<Part> doomed) {
        parts.removeAll(doomed);
    }

    /// Whether it is being taken down, or will be within that time: then whatever fails does so for
    /// that reason.
    boolean closes(Duration within) {
        Instant giveUp = Instant.now().plus(within);
        while (!closing && Instant.now().isBefore(giveUp)) {
            pause();
        }
        return closing;
    }

    /// Waits until `there` holds.
    ///
    /// @throws DemoFailed naming `what` when it takes longer, or when a part dies meanwhile
    void await(String what, Duration patience, BooleanSupplier there) {
        Instant giveUp = Instant.now().plus(patience);
        while (!there.getAsBoolean()) {
            checkParts();
            if (Instant.now().isAfter(giveUp)) {
                throw new DemoFailed(Ending.FAILED, what + " took longer than " + patience.toSeconds() + " s");
            }
            pause();
        }
    }

    /// @throws DemoFailed with its log's tail when a part has died that should not have
    void checkParts() {
        for (Part part : parts) {
            if (!part.process().isAlive() && !closing) {
                throw new DemoFailed(
                        Ending.FAILED,
                        part.name() + " died with exit code " + part.process().exitValue());
            }
        }
    }

    /// The ends of all logs that say anything.
    String tails(int lines) throws IOException {
        var tails = new StringBuilder();
        try (var logs = Files.list(folder.resolve("logs"))) {
            for (Path log : logs.sorted().toList()) {
                List<String> all = Files.readString(log).lines().toList();
                if (all.isEmpty()) {
                    continue;
                }
                tails.append("---- ").append(log).append('\n');
                all.subList(Math.max(0, all.size() - lines), all.size())
                        .forEach(line -> tails.append(line).append('\n'));
            }
        }
        return tails.toString();
    }

    static void pause() {
        LockSupport.parkNanos(LOOK.toNanos());
    }

    @Override
    public synchronized void close() {
        closing = true;
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                System.err.println("demo: could not clean up: " + e.getMessage());
            }
        }
    }
}
