package dev.lifeboat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Drawn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The chart gives agents these capabilities and no others: with them a save and a restore succeed, without any one of
/// them one of the two fails. Root, setpriv(1) and a real CRIU; no cluster, but the chart's own list, as helm renders
/// it.
final class AgentCapabilitiesOnCluster {
    /// A process of another user is CRIU's to look at by this one alone; root's own it may look at without.
    private static final String PTRACE = "SYS_PTRACE";

    /// Reading another user's limits takes it; many sandboxes, some that run these tests among them, never grant it.
    private static final String RESOURCE = "SYS_RESOURCE";

    /// What containerd gives a container (containerd `pkg/oci/spec.go`, defaultUnixCaps, read 2026-11).
    private static final List<String> CONTAINERS = List.of(
            "CHOWN",
            "DAC_OVERRIDE",
            "FSETID",
            "FOWNER",
            "MKNOD",
            "NET_RAW",
            "SETGID",
            "SETUID",
            "SETFCAP",
            "SETPCAP",
            "NET_BIND_SERVICE",
            "SYS_CHROOT",
            "KILL",
            "AUDIT_WRITE");

    private static final List<String> CONTAINERS_OWN = List.of("setpriv", "--bounding-set=" + set(CONTAINERS));
    private static final List<String> ANOTHER_USERS =
            List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs");

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static String criu;

    @BeforeAll
    static void provision() throws Exception {
        criu = run(List.of(Drawn.top().resolve(".ci/provision-criu").toString()))
                .words()
                .lines()
                .toList()
                .getLast();
    }

    @AfterAll
    static void tell() throws Exception {
        if (!Capabilities.granted().contains(RESOURCE)) {
            System.out.println(
                    "==== CAP_SYS_RESOURCE IS NOT TO BE HAD HERE: what it is for was seen to fail, not to work ====");
        }
    }

    @Test
    void withAllOfThemAContainersProcessIsSavedAndRestored() throws Exception {
        assertThat(saveAndRestore(CONTAINERS_OWN, Capabilities.listed())).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("needed")
    void withoutAnyOneOfThemItIsNot(String capability) throws Exception {
        var others = Capabilities.listed().stream()
                .filter(Predicate.not(capability::equals))
                .toList();

        assertThat(saveAndRestore(CONTAINERS_OWN, others)).isNotEmpty();
    }

    @Test
    void anotherUsersProcessNeedsItsLimitsToBeReadable() throws Exception {
        String failure = saveAndRestore(ANOTHER_USERS, Capabilities.listed());

        if (Capabilities.granted().contains(RESOURCE)) {
            assertThat(failure).isEmpty();
        } else {
            assertThat(failure).contains("Can't get rlimit");
        }
    }

    @Test
    void anotherUsersProcessCannotBeLookedAtWithoutPtrace() throws Exception {
        var others = Capabilities.listed().stream()
                .filter(Predicate.not(PTRACE::equals))
                .toList();

        assertThat(saveAndRestore(ANOTHER_USERS, others)).isNotEmpty().doesNotContain("Can't get rlimit");
    }

    static Stream<String> needed() throws Exception {
        return Capabilities.listed().stream().filter(each -> !each.equals(PTRACE) && !each.equals(RESOURCE));
    }

    /// @return CRIU's own words about what failed; empty when it runs again
    private static String saveAndRestore(List<String> as, List<String> capabilities) throws Exception {
        Path images = Files.createTempDirectory(Path.of("/dev/shm"), "capabilities");
        var sleeper = new ArrayList<String>(List.of("setsid"));
        sleeper.addAll(as);
        sleeper.addAll(List.of("sleep", "600"));
        Process victim = new ProcessBuilder(sleeper)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectInput(Path.of("/dev/null").toFile())
                .start();
        String pid = Long.toString(victim.pid());
        try {
            awaitName(victim, "sleep");
            Said dump = criu(capabilities, "dump", images, "-t", pid);
            if (dump.code() != 0) {
                return "dump: " + errors(images.resolve("dump.log"), dump);
            }
            victim.waitFor();
            Said restore = criu(capabilities, "restore", images, "--restore-detached");
            return restore.code() == 0 ? "" : "restore: " + errors(images.resolve("restore.log"), restore);
        } finally {
            ProcessHandle.of(victim.pid()).ifPresent(ProcessHandle::destroyForcibly);
            try (var files = Files.list(images)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(images);
        }
    }

    private static Said criu(List<String> capabilities, String verb, Path images, String... more) throws Exception {
        var command = new ArrayList<>(List.of("setpriv", "--bounding-set=" + set(capabilities), criu, verb));
        command.addAll(List.of("-D", images.toString(), "-o", verb + ".log", "-v4"));
        command.addAll(List.of(more));
        return run(command);
    }

    /// Those that this machine does not grant cannot be asked for.
    private static String set(List<String> capabilities) {
        return "-all,"
                + capabilities.stream()
                        .filter(Capabilities.granted()::contains)
                        .map(each -> "+" + each.toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(","));
    }

    private static String errors(Path log, Said said) throws IOException {
        return !Files.exists(log)
                ? "before it began: " + said.words()
                : Files.readString(log)
                        .lines()
                        .filter(line -> line.contains("Error") && !line.contains("RLIMIT_NOFILE"))
                        .collect(Collectors.joining("\n"));
    }

    private static void awaitName(Process process, String name) throws Exception {
        Path comm = Path.of("/proc/" + process.pid() + "/comm");
        long giveUp = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (!Files.readString(comm).strip().equals(name)) {
            assertThat(System.nanoTime()).as("%s runs", name).isLessThan(giveUp);
            Thread.onSpinWait();
        }
    }

    private record Said(int code, String words) {}

    private static Said run(List<String> command) throws IOException, InterruptedException {
        Path words = Files.createTempFile("capabilities", ".log");
        try {
            // A file, not a pipe: what is restored keeps it open.
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(words.toFile())
                    .start();
            assertThat(process.waitFor(10, TimeUnit.MINUTES))
                    .as("%s ends", command)
                    .isTrue();
            return new Said(process.exitValue(), Files.readString(words, StandardCharsets.UTF_8));
        } finally {
            Files.delete(words);
        }
    }
}
