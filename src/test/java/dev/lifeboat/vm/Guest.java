package dev.lifeboat.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Provided;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// A virtual machine: one QEMU process, without KVM. What it says on its serial line is its log.
final class Guest implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(100);
    /// Where a guest gives away what its workload has written, to whoever connects.
    static final int TICKS_PORT = 7_000;

    /// What a guest runs so that the kernel tracks writes by 4 KiB: a transparent huge page is dirty as a whole.
    static final String SMALL_PAGES = "echo madvise >/sys/kernel/mm/transparent_hugepage/enabled";

    /// Everything that TCG can do, but cmpxchg16b: QEMU 7.2 now and then gets it wrong, and the kernel
    /// double-faults in its allocator.
    private static final String PROCESSOR = "max,cx16=off,la57=off";

    private final String node;
    private final Process qemu;
    private final Path console;
    private final Path ticks;
    private final int ticksPort;

    private Guest(String node, Process qemu, Path folder, int ticksPort) {
        this.node = node;
        this.qemu = qemu;
        this.console = console(node, folder);
        this.ticks = folder.resolve(node + ".ticks");
        this.ticksPort = ticksPort;
    }

    private static Path console(String node, Path folder) {
        return folder.resolve(node + ".console");
    }

    /// What it is like.
    ///
    /// @param firstPid where its process numbers begin: a tree comes back under its own, so they must be free
    record Machine(String node, int mebibytes, int firstPid) {}

    /// What `.ci/provision-vm` has built.
    static Path image() throws IOException, InterruptedException {
        return Path.of(Provided.by("provision-vm"));
    }

    /// @param disk the second disk, with the script `run`; read by any number of guests, and what one of them
    ///     writes to it goes with the guest
    /// @param folder for what it says
    static Guest start(Machine machine, Path image, Path disk, Path folder) throws IOException {
        String node = machine.node;
        int ticksPort = freePort();
        Process qemu = new ProcessBuilder(
                        "qemu-system-x86_64",
                        "-accel",
                        "tcg",
                        "-machine",
                        "q35",
                        "-cpu",
                        PROCESSOR,
                        "-smp",
                        "1",
                        "-m",
                        Integer.toString(machine.mebibytes),
                        "-display",
                        "none",
                        "-no-reboot",
                        "-serial",
                        "file:" + console(node, folder),
                        "-kernel",
                        image.resolve("vmlinuz").toString(),
                        "-initrd",
                        image.resolve("initrd").toString(),
                        "-append",
                        "console=ttyS0 quiet panic=-1 no_timer_check lifeboat.node=" + node + " lifeboat.first-pid="
                                + machine.firstPid,
                        "-drive",
                        "if=virtio,format=raw,snapshot=on,file=" + image.resolve("root.ext4"),
                        "-drive",
                        "if=virtio,format=raw,snapshot=on,file=" + disk,
                        "-netdev",
                        "user,id=outside,hostfwd=tcp:127.0.0.1:" + ticksPort + "-:" + TICKS_PORT,
                        "-device",
                        "virtio-net-pci,netdev=outside")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(node + ".qemu").toFile())
                .start();
        return new Guest(node, qemu, folder, ticksPort);
    }

    /// What the workload has written so far; of a guest that is gone, what it had when it was last asked.
    Path ticks() throws IOException {
        if (qemu.isAlive()) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), ticksPort)) {
                Files.write(ticks, socket.getInputStream().readAllBytes());
            }
        }
        return ticks;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    List<String> said(String part) {
        return console().filter(line -> line.contains(part)).toList();
    }

    /// Waits for a line on the console.
    void says(String part, Duration patience) {
        awaits(part, patience, () -> !said(part).isEmpty());
    }

    void awaits(String what, Duration patience, BooleanSupplier there) {
        long end = System.nanoTime() + patience.toNanos();
        while (!there.getAsBoolean()) {
            // It may have said it just now, and ended.
            assertThat(qemu.isAlive() || there.getAsBoolean())
                    .as("%s ended while it was to: %s; %s", node, what, tail())
                    .isTrue();
            assertThat(System.nanoTime() - end)
                    .as("%s, within %s: %s; %s", node, patience, what, tail())
                    .isNegative();
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    /// SIGKILL: the machine is gone from one instruction to the next, as when a cloud takes it.
    void kill() {
        qemu.destroyForcibly().onExit().join();
    }

    private Stream<String> console() {
        try {
            return Files.exists(console)
                    ? new String(Files.readAllBytes(console), StandardCharsets.UTF_8).lines()
                    : Stream.of();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    String tail() {
        List<String> all = console().toList();
        return "its last words:\n" + String.join("\n", all.subList(Math.max(0, all.size() - 30), all.size()));
    }

    @Override
    public void close() {
        kill();
    }
}
