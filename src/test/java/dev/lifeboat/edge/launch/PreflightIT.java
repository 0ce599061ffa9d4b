package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.agent.Checkpointer.DumpOutcome;
import dev.lifeboat.agent.Checkpointer.OnCaptured;
import dev.lifeboat.agent.Checkpointer.Source;
import dev.lifeboat.agent.Checkpointer.Verdict;
import dev.lifeboat.agent.Evacuee;
import dev.lifeboat.agent.PageSink;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import dev.lifeboat.edge.criu.CriuCheckpointer;
import dev.lifeboat.edge.criu.Crius;
import dev.lifeboat.edge.criu.Inventory;
import dev.lifeboat.edge.linux.SocketProtocol;
import dev.lifeboat.edge.preflight.Capability;
import dev.lifeboat.edge.preflight.Finding;
import dev.lifeboat.edge.preflight.Hit;
import dev.lifeboat.edge.preflight.ProcessSurvey;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.Connections;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Obstacle;
import dev.lifeboat.workload.Obstruction;
import dev.lifeboat.workload.Preflight;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the preflight says of a process is what real CRIU then does with it.
final class PreflightIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /// TCP, UDP over both families, both kinds of UNIX, netlink.
    private static final String PLAIN_SOCKETS = "my @s; "
            + "for ([2, 1, 6], [2, 2, 17], [10, 1, 6], [10, 2, 17], [1, 1, 0], [1, 2, 0], [16, 3, 0]) "
            + "{ socket(my $s, $_->[0], $_->[1], $_->[2]) or die; push @s, $s; } sleep 600 while 1";

    private final List<ProcessHandle> started = new ArrayList<>();

    @TempDir
    private Path logs;

    private Path metadata;
    private CriuCheckpointer checkpointer;

    @BeforeEach
    void findCriu() throws Exception {
        checkpointer = new CriuCheckpointer(Crius.DEFAULT.path(), new CriuOnLinux(), logs);
        metadata = Files.createTempDirectory(Path.of("/dev/shm"), "preflight-");
    }

    @AfterEach
    void leaveNothing() throws Exception {
        for (ProcessHandle each : started) {
            each.descendants().forEach(ProcessHandle::destroyForcibly);
            each.destroyForcibly();
        }
        try (var files = Files.list(metadata)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(metadata);
    }

    @Test
    void aPlainProcessIsFreeAndCriuTakesIt() throws Exception {
        long pid = start("exec sleep 600");
        awaitCommand(pid, "sleep");
        assertThat(blocking(pid)).isEmpty();
        assertThat(dump(pid)).isInstanceOf(DumpOutcome.Thawed.class);
    }

    @Test
    void anOpenDeviceIsSeenAndCriuRefusesIt() throws Exception {
        long pid = start("exec sleep 600 3</dev/fuse 4</dev/kmsg");
        awaitCommand(pid, "sleep");
        assertThat(blocking(pid)).extracting(Hit::obstacle).containsExactly(Obstacle.DEVICE);
        assertThat(blocking(pid).getFirst().seen()).isEqualTo("fd 3 is /dev/fuse");
        assertRefused(pid);
    }

    @Test
    void anAgentsHeartbeatSaysWhatCheckWould() throws Exception {
        long pid = start("exec sleep 600 3</dev/fuse 4</dev/fuse");
        awaitCommand(pid, "sleep");
        var id = new WorkloadId("lab", "fuse");
        var workload =
                new Workload(id, "Process", "x", Map.of(), new Footprint(ByteCount.ofMebi(1), ByteCount.ZERO, 1));
        var lack = new Finding(Capability.LAZY_PAGES, false, "no userfaultfd", "boot another kernel");
        var fact = new Finding(Capability.GPU, false, "nvidia0", "");

        var seen = new NodeCheckup(List.of(lack, fact))
                .look(List.of(new Evacuee(workload, pid, null)), List.of(), _ -> Optional.empty());

        assertThat(seen.lacks()).containsExactly(new Preflight.Lack("lazy-pages", "no userfaultfd"));
        assertThat(seen.blocking(id))
                .containsExactly(Obstruction.of(id, Obstacle.DEVICE, "pid " + pid + ", fd 3 is /dev/fuse"));
    }

    @Test
    void anEstablishedConnectionIsSeenAndCriuRefusesIt() throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            long pid = start("exec 3<>/dev/tcp/127.0.0.1/" + server.getLocalPort() + "; exec sleep 600");
            try (var connection = server.accept()) {
                awaitCommand(pid, "sleep");
                assertThat(connection.isConnected()).isTrue();
                assertThat(blocking(pid)).extracting(Hit::obstacle).containsExactly(Obstacle.CONNECTION);
                assertRefused(pid);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLOSE", "KEEP"})
    void anEstablishedConnectionIsNoObstacleWhereTheTermsProvideForIt(Connections terms) throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            long pid = start("exec 3<>/dev/tcp/127.0.0.1/" + server.getLocalPort() + "; exec sleep 600");
            try (var connection = server.accept()) {
                awaitCommand(pid, "sleep");
                assertThat(connection.isConnected()).isTrue();
                var source = new Source(pid, metadata, LIMIT, null, terms);
                // 4.1 cannot dump a TCP socket on newer kernels.
                var newest = new CriuCheckpointer(Crius.SID.path(), new CriuOnLinux(), logs);
                assertThat(newest.dump(source, new Nowhere(), new Thaw())).isInstanceOf(DumpOutcome.Thawed.class);
                assertThat(Inventory.connections(metadata)).isEqualTo(terms);
            }
        }
    }

    @Test
    void aTerminalHeldByAnotherProcessIsSeenAndCriuRefusesIt() throws Exception {
        long holder = start("exec script -qc 'exec sleep 600' /dev/null");
        long pid = awaitChild(holder);
        awaitCommand(pid, "sleep");
        assertThat(blocking(pid)).extracting(Hit::obstacle).contains(Obstacle.TERMINAL);
        assertRefused(pid);
    }

    @Test
    void anIoUringIsSeenAndCriuRefusesIt() throws Exception {
        long pid = holding("my $p = chr(0) x 120; my $fd = syscall(425, 4, $p); die \"refused: $!\" if $fd < 0;");
        assertThat(blocking(pid)).extracting(Hit::obstacle).containsExactly(Obstacle.IO_URING);
        assertRefused(pid);
    }

    /// 262 is IPPROTO_MPTCP, by which servers in Go listen unless told otherwise.
    @Test
    void aSocketOfMptcpIsSeenAndCriuRefusesIt() throws Exception {
        long pid = holding("use Socket; my $s; "
                + "socket($s, AF_INET, SOCK_STREAM, 262) && listen($s, 1) or die \"refused: $!\";");
        assertThat(blocking(pid)).extracting(Hit::obstacle).containsExactly(Obstacle.SOCKET);
        assertThat(blocking(pid).getFirst().seen()).endsWith("speaks MPTCP");
        assertRefused(pid);
    }

    /// A Perl program that holds what it has opened; the test is skipped where the kernel refuses to give it out.
    private long holding(String opened) throws Exception {
        long pid = start("exec perl -e '" + opened + " sleep 600 while 1'");
        awaitCommand(pid, "perl");
        await(() -> !ProcessHandle.of(pid).isPresent() || !blocking(pid).isEmpty());
        Assumptions.assumeFalse(
                Files.readString(logs.resolve("said")).contains("refused:"),
                "SKIPPED: this kernel gives out no such thing, so nothing can hold one");
        return pid;
    }

    @Test
    void plainSocketsAreNoObstacle() throws Exception {
        long pid = start("exec perl -e '" + PLAIN_SOCKETS + "'");
        awaitCommand(pid, "perl");
        // Its own three beside.
        await(() -> descriptors(pid) >= 10);
        assertThat(blocking(pid)).isEmpty();
    }

    private void assertRefused(long pid) throws InterruptedException {
        assertThat(dump(pid))
                .isInstanceOfSatisfying(
                        DumpOutcome.Failed.class,
                        failed -> assertThat(failed.alive()).isTrue());
    }

    private DumpOutcome dump(long pid) throws InterruptedException {
        return checkpointer.dump(new Source(pid, metadata, LIMIT), new Nowhere(), new Thaw());
    }

    private static List<Hit> blocking(long pid) {
        return ProcessSurvey.look(pid, SocketProtocol::of).orElse(List.of()).stream()
                .filter(hit -> hit.obstacle().effect() == Obstacle.Effect.BLOCKS)
                .toList();
    }

    /// A session of its own, and nothing shared with us.
    private long start(String script) throws Exception {
        var process = new ProcessBuilder("setsid", "bash", "-c", script)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(logs.resolve("said").toFile())
                .start();
        started.add(process.toHandle());
        return process.pid();
    }

    private static int descriptors(long pid) {
        String[] open = Path.of("/proc/" + pid + "/fd").toFile().list();
        return open == null ? 0 : open.length;
    }

    private static void awaitCommand(long pid, String name) {
        await(() -> {
            try {
                return Files.readString(Path.of("/proc/" + pid + "/comm"))
                        .strip()
                        .equals(name);
            } catch (IOException gone) {
                throw new AssertionError("pid " + pid + " has ended before it was " + name, gone);
            }
        });
    }

    private static long awaitChild(long pid) {
        ProcessHandle parent = ProcessHandle.of(pid).orElseThrow();
        await(() -> parent.children().findAny().isPresent());
        return parent.children().findAny().orElseThrow().pid();
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).isNegative();
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static final class Thaw implements OnCaptured {
        @Override
        public void frozen() {}

        @Override
        public Verdict captured() {
            return Verdict.THAW;
        }
    }

    /// Takes pages and forgets them.
    private static final class Nowhere implements PageSink {
        private final ByteBuffer page = ByteBuffer.allocateDirect(LONGEST_EXTENT);

        @Override
        public boolean hasParent(MemoryObject owner) {
            return false;
        }

        @Override
        public ByteBuffer reserve(Extent extent) {
            return page.clear().limit(Math.toIntExact(extent.length()));
        }

        @Override
        public void commit(Extent extent) {}

        @Override
        public void inherit(Extent extent) {}
    }
}
