package dev.lifeboat.edge.criu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Provided;
import dev.lifeboat.agent.Checkpointer.DumpOutcome;
import dev.lifeboat.agent.Checkpointer.RestoreOutcome;
import dev.lifeboat.agent.Checkpointer.Source;
import dev.lifeboat.agent.Checkpointer.Verdict;
import dev.lifeboat.edge.criu.runc.RuncContainers;
import dev.lifeboat.edge.launch.CriuOnLinux;
import dev.lifeboat.workload.Connections;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Real runc, real CRIU, a container with a bit of everything in it: src/test/resources/container/victim.py.
final class ContainerIT {
    /// capabilities(7).
    private static final int CAP_SYS_RESOURCE = 24;

    private static final String ID = "it-" + ProcessHandle.current().pid();
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(3);

    private final RecordingSink sink = new RecordingSink();

    @TempDir
    private Path folder;

    private Path criu;
    private Path metadata;
    private ContainerImage image;
    private RuncContainers source;
    private RuncContainers target;

    @BeforeEach
    void provide() throws Exception {
        Provided.root();
        criu = Crius.SID.path();
        metadata = Files.createTempDirectory(Path.of("/dev/shm"), "lifeboat-it-");
        image = ContainerImage.make(folder);
        source = new RuncContainers(ContainerImage.runc(), criu, folder.resolve("node-a"));
        target = new RuncContainers(ContainerImage.runc(), criu, folder.resolve("node-b"));
    }

    @AfterEach
    void clear() throws Exception {
        source.clear(ID);
        target.clear(ID);
        FileUtils.deleteDirectory(metadata.toFile());
    }

    @ParameterizedTest
    @EnumSource
    void aContainerComesBackWithAllThatIsInIt(ContainerImage.Kind kind) throws Exception {
        if (kind == ContainerImage.Kind.NOT_ROOT && !mayLookAtOthersLimits()) {
            String why =
                    "==== SKIPPED: this machine's root has no CAP_SYS_RESOURCE, without which prlimit(2) shows CRIU no"
                            + " limits of another user's process";
            System.err.println(why);
            Assumptions.abort(why);
        }
        long pid = source.start(ID, image.config(kind), List.of(image.layer()));
        long before = steps("node-a", 3);

        assertThat(checkpointer(source).dump(new Source(pid, metadata, LIMIT), sink, () -> Verdict.KILL))
                .isInstanceOf(DumpOutcome.Killed.class);
        source.clear(ID);
        var outcome = checkpointer(target).restore(metadata, sink, _ -> standsStill("node-b"));

        assertThat(outcome).isInstanceOf(RestoreOutcome.Running.class);
        Files.createFile(rootfs("node-b").resolve(ContainerImage.ASK));
        assertThat(steps("node-b", steps("node-b", 1) + 3)).isGreaterThan(before);
        ContainerImage.wholeAndUnbroken(log("node-b"));
    }

    @ParameterizedTest
    @EnumSource(names = {"CLOSE", "KEEP"})
    void whatItListensOnIsThereAgainAndItsConnectionsAreAsTold(Connections told) throws Exception {
        long pid = source.start(ID, image.config(ContainerImage.Kind.PLAIN), List.of(image.layer()));
        steps("node-a", 3);
        int port = port(0);
        try (var before = new Socket(InetAddress.getLoopbackAddress(), port);
                var _ = told == Connections.CLOSE ? new Socket(InetAddress.getLoopbackAddress(), port(1)) : null) {
            assertThat(isGivenBack(before)).isTrue();
            var asked = new Source(pid, metadata, LIMIT, null, told);
            assertThat(checkpointer(source).dump(asked, sink, () -> Verdict.KILL))
                    .isInstanceOf(DumpOutcome.Killed.class);
            source.clear(ID);
            assertThat(checkpointer(target).restore(metadata, sink, _ -> true))
                    .isInstanceOf(RestoreOutcome.Running.class);

            assertThat(isGivenBack(before)).isEqualTo(told == Connections.KEEP);
        }
        try (var after = new Socket(InetAddress.getLoopbackAddress(), port)) {
            assertThat(isGivenBack(after)).isTrue();
        }
    }

    private int port(int which) throws IOException {
        String ports = Files.readString(rootfs("node-a").resolve(ContainerImage.SERVING));
        return Integer.parseInt(ports.strip().split(" ", -1)[which]);
    }

    private static boolean isGivenBack(Socket connection) throws IOException {
        connection.setSoTimeout(Math.toIntExact(LIMIT.toMillis()));
        try {
            connection.getOutputStream().write('x');
            return connection.getInputStream().read() == 'x';
        } catch (SocketException reset) {
            return false;
        }
    }

    @Test
    void aConnectionThatNothingIsSaidOfKeepsItFromBeingDumpedAndItGoesOn() throws Exception {
        long pid = source.start(ID, image.config(ContainerImage.Kind.PLAIN), List.of(image.layer()));
        long before = steps("node-a", 3);
        int port = port(0);
        try (var connection = new Socket(InetAddress.getLoopbackAddress(), port)) {
            assertThat(isGivenBack(connection)).isTrue();

            assertThat(checkpointer(source).dump(new Source(pid, metadata, LIMIT), sink, () -> Verdict.KILL))
                    .isInstanceOfSatisfying(
                            DumpOutcome.Failed.class,
                            failed -> assertThat(failed.alive()).isTrue());

            assertThat(isGivenBack(connection)).isTrue();
            steps("node-a", before + 3);
        }
    }

    /// What `runc pause`, `runc checkpoint --leave-running` and `runc resume` do together.
    @Test
    void aContainerThatIsLetGoStoodStillAndGoesOnUnbroken() throws Exception {
        long pid = source.start(ID, image.config(ContainerImage.Kind.PLAIN), List.of(image.layer()));
        long before = steps("node-a", 3);

        var outcome = checkpointer(source).dump(new Source(pid, metadata, LIMIT), sink, () -> {
            assertThat(standsStill("node-a")).isTrue();
            // Nobody pauses it, so probes that run a command in it are answered.
            assertThat(runc("state", ID)).contains("\"status\": \"running\"");
            assertThat(runc("exec", ID, "/bin/true")).isEmpty();
            return Verdict.THAW;
        });

        assertThat(outcome).isInstanceOf(DumpOutcome.Thawed.class);
        steps("node-a", before + 3);
        assertThat(source.around(pid)).as("the same first process").isPresent();
        ContainerImage.wholeAndUnbroken(log("node-a"));
    }

    /// Where a pause would stay, and nobody would be left to resume it.
    @Test
    void aContainerWhoseAgentIsKilledInTheMiddleGoesOnUnbroken() throws Exception {
        long pid = source.start(ID, image.config(ContainerImage.Kind.PLAIN), List.of(image.layer()));
        long before = steps("node-a", 3);
        Process agent = DumpingAgent.start(
                criu, new Source(pid, metadata, LIMIT), folder.resolve("node-a"), DumpingAgent.Point.VERDICT);
        assertThat(standsStill("node-a")).isTrue();

        agent.destroyForcibly().waitFor();

        steps("node-a", before + 3);
        ContainerImage.wholeAndUnbroken(log("node-a"));
    }

    private String runc(String... words) throws InterruptedException {
        var command = new ArrayList<>(List.of(
                ContainerImage.runc().toString(),
                "--root",
                folder.resolve("node-a/state").toString()));
        command.addAll(List.of(words));
        try {
            return Containerd.call(command);
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
    }

    @Test
    void aContainerThatMayNotRunLeavesNothingBehind() throws Exception {
        long pid = source.start(ID, image.config(ContainerImage.Kind.PLAIN), List.of(image.layer()));
        steps("node-a", 3);
        assertThat(victims()).contains(pid);
        checkpointer(source).dump(new Source(pid, metadata, LIMIT), sink, () -> Verdict.KILL);
        source.clear(ID);

        assertThat(checkpointer(target).restore(metadata, sink, _ -> false))
                .isInstanceOfSatisfying(
                        RestoreOutcome.Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo("not-allowed"));

        assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain(folder.toString());
        assertThat(victims()).isEmpty();
    }

    /// Those of this test's containers; another test may run beside it.
    private List<Long> victims() {
        return ProcessHandle.allProcesses()
                .filter(each -> each.info()
                        .commandLine()
                        .filter(line -> line.endsWith("/victim.py"))
                        .isPresent())
                .map(ProcessHandle::pid)
                .filter(pid -> mounts(pid).contains(folder.toString()))
                .toList();
    }

    private static String mounts(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "mountinfo"));
        } catch (IOException gone) {
            return "";
        }
    }

    private static boolean mayLookAtOthersLimits() throws IOException {
        String effective = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("CapEff:"))
                .findFirst()
                .orElseThrow();
        long bits =
                Long.parseUnsignedLong(effective.substring("CapEff:".length()).strip(), 16);
        return (bits >> CAP_SYS_RESOURCE & 1) == 1;
    }

    /// The gate is asked before anything has run.
    private boolean standsStill(String node) {
        try {
            String before = Files.readString(log(node));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
            return Files.readString(log(node)).equals(before);
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
    }

    private CriuCheckpointer checkpointer(RuncContainers containers) throws IOException {
        return new CriuCheckpointer(criu, new CriuOnLinux(), folder, containers);
    }

    /// How many steps it has made, once there are so many.
    private long steps(String node, long atLeast) throws IOException {
        long giveUp = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            long made = Files.exists(log(node)) ? Files.readAllLines(log(node)).size() : 0;
            if (made >= atLeast) {
                return made;
            }
            assertThat(System.nanoTime()).as("%d of %d steps", made, atLeast).isLessThan(giveUp);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private Path log(String node) {
        return rootfs(node).resolve(ContainerImage.LOG);
    }

    private Path rootfs(String node) {
        return folder.resolve(node).resolve("bundles").resolve(ID).resolve("rootfs");
    }
}
