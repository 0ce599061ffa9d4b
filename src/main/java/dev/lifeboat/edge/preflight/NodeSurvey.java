package dev.lifeboat.edge.preflight;

import dev.lifeboat.workload.Obstacle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Looks this node over, as the agent will find it (proc(5), capabilities(7), cgroups(7)).
public final class NodeSurvey {
    /// capabilities(7): what CRIU uses on every dump or restore.
    private static final List<Privilege> PRIVILEGES = List.of(
            new Privilege("CAP_SYS_ADMIN", 21),
            new Privilege("CAP_SYS_PTRACE", 19),
            new Privilege("CAP_NET_ADMIN", 12));

    private static final String HUGE_PAGES = "sys/kernel/mm/transparent_hugepage/enabled";

    /// As proc_pid_smaps(5) writes it.
    private static final String PAGES = "4 kB";

    private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");
    private static final Pattern RELEASE = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})");
    private static final long MEBI = 1 << 20;

    /// Metadata of a big tree with ghost files and tmpfs contents.
    private static final long SCRATCH_MEBIBYTES = 64;

    /// For a tool to print its version.
    private static final int PATIENCE_SECONDS = 10;

    private final Path root;
    private final Path scratch;

    /// @param root of the file system to look at, `/` in life
    /// @param scratch where the agent puts metadata
    public NodeSurvey(Path root, Path scratch) {
        this.root = root;
        this.scratch = scratch;
    }

    private record Privilege(String name, int bit) {}

    /// One finding a capability, in the order of [Capability].
    public List<Finding> look(Engine engine) {
        var findings = new ArrayList<Finding>();
        findings.add(criu(engine));
        findings.add(privileges());
        findings.add(scratch());
        findings.add(pages());
        findings.add(registers());
        findings.add(dirtyTracking(engine));
        findings.add(lazyPages(engine));
        findings.add(cgroups());
        findings.add(tool(Capability.RUNC, "runc", "apt-get install runc, where containers are to be saved"));
        findings.add(
                tool(Capability.CONTAINERD, "containerd", "apt-get install containerd, where pods are to be saved"));
        findings.add(tcp(engine));
        findings.add(ioUring());
        findings.add(Finding.yes(Capability.CPU, processor()));
        findings.add(gpu());
        return List.copyOf(findings);
    }

    private static Finding criu(Engine engine) {
        return switch (engine) {
            case Engine.Answers answers -> Finding.yes(Capability.CRIU, answers.version());
            case Engine.Silent silent ->
                Finding.no(Capability.CRIU, silent.why(), "sudo .ci/provision-criu, and give its path as --criu");
        };
    }

    private Finding privileges() {
        long effective = Long.parseUnsignedLong(field(root.resolve("proc/self/status"), "CapEff:", "0"), 16);
        List<String> missing = PRIVILEGES.stream()
                .filter(each -> (effective >> each.bit & 1) == 0)
                .map(Privilege::name)
                .toList();
        return missing.isEmpty()
                ? Finding.yes(
                        Capability.PRIVILEGES,
                        String.join(
                                " ", PRIVILEGES.stream().map(Privilege::name).toList()))
                : Finding.no(
                        Capability.PRIVILEGES,
                        "missing " + String.join(" ", missing),
                        "run the agent as root; in a pod, add " + String.join(", ", missing)
                                + " to securityContext.capabilities");
    }

    private Finding scratch() {
        try {
            FileStore store = Files.getFileStore(scratch);
            long free = store.getUsableSpace() / MEBI;
            String found = scratch + " on " + store.type() + ", " + free + " MiB free";
            if (!IN_MEMORY.contains(store.type())) {
                return Finding.no(Capability.SCRATCH, found, "give the agent a folder on tmpfs, such as /dev/shm");
            }
            return free >= SCRATCH_MEBIBYTES
                    ? Finding.yes(Capability.SCRATCH, found)
                    : Finding.no(
                            Capability.SCRATCH, found, "mount -o remount,size=512M " + scratch + ", or clear it out");
        } catch (IOException missing) {
            return Finding.no(Capability.SCRATCH, "no " + scratch, "mkdir -p " + scratch + " on a tmpfs");
        }
    }

    /// Those of the kernel: arm64's may have 16 or 64 KiB.
    private Finding pages() {
        String found = field(root.resolve("proc/self/smaps"), "KernelPageSize:", PAGES);
        return found.equals(PAGES)
                ? Finding.yes(Capability.PAGES, found)
                : Finding.no(Capability.PAGES, found, "boot a kernel whose pages have 4 KiB");
    }

    private Finding registers() {
        return UnkeptRegisters.of(root)
                .map(unkept -> Finding.no(
                        Capability.REGISTERS, unkept + ", which CRIU does not keep", Obstacle.REGISTERS.remedy()))
                .orElseGet(() -> Finding.yes(Capability.REGISTERS, "CRIU keeps them all"));
    }

    /// A transparent huge page is dirty as a whole, as soon as one byte of it is written.
    private Finding dirtyTracking(Engine engine) {
        if (engine instanceof Engine.Silent) {
            return unasked(Capability.DIRTY_TRACKING);
        }
        if (engine instanceof Engine.Answers answers && answers.tracksMemory()) {
            boolean coarse = content(root.resolve(HUGE_PAGES)).contains("[always]");
            return Finding.yes(
                    Capability.DIRTY_TRACKING,
                    coarse
                            ? "soft-dirty bits, by 2 MiB where the kernel made huge pages; finer with echo madvise >/"
                                    + HUGE_PAGES
                            : "soft-dirty bits");
        }
        return Finding.no(
                Capability.DIRTY_TRACKING,
                "no soft-dirty bits",
                "none needed to save: pre-copy by content works on every kernel; for CRIU's own pre-dumps boot a kernel"
                        + " with CONFIG_MEM_SOFT_DIRTY, such as Debian's for x86-64; arm64 has none");
    }

    /// What only CRIU tells of a kernel.
    private static Finding unasked(Capability capability) {
        return Finding.no(capability, "not known, for no CRIU answers", "what is said of criu");
    }

    private static Finding lazyPages(Engine engine) {
        if (engine instanceof Engine.Silent) {
            return unasked(Capability.LAZY_PAGES);
        }
        if (engine instanceof Engine.Answers answers && answers.lazyPages()) {
            return Finding.yes(Capability.LAZY_PAGES, "userfaultfd");
        }
        return Finding.no(
                Capability.LAZY_PAGES,
                "no userfaultfd",
                "boot a kernel with CONFIG_USERFAULTFD, or sysctl vm.unprivileged_userfaultfd=1 when not root");
    }

    private Finding cgroups() {
        String mounts = content(root.resolve("proc/self/mounts"));
        boolean second = mounts.lines().anyMatch(line -> line.contains(" /sys/fs/cgroup cgroup2 "));
        boolean first = mounts.lines().anyMatch(line -> line.contains(" cgroup ") && line.contains("freezer"));
        if (second) {
            return Finding.yes(Capability.CGROUPS, "cgroup v2");
        }
        return first
                ? Finding.yes(Capability.CGROUPS, "cgroup v1, with its freezer")
                : Finding.no(
                        Capability.CGROUPS,
                        "neither cgroup v2 nor v1's freezer is mounted",
                        "mount -t cgroup2 none /sys/fs/cgroup");
    }

    private static Finding tool(Capability capability, String name, String remedy) {
        try {
            var process = new ProcessBuilder(name, "--version")
                    .redirectErrorStream(true)
                    .start();
            try (var said = process.inputReader()) {
                String first = Optional.ofNullable(said.readLine()).orElse(name);
                said.transferTo(Writer.nullWriter());
                boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
                return ended && process.exitValue() == 0
                        ? Finding.yes(capability, first.strip())
                        : Finding.no(capability, first.strip(), remedy);
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException missing) {
            return Finding.no(capability, "no " + name + " on the PATH", remedy);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Finding.no(capability, "not asked to the end", remedy);
        }
    }

    /// Measured: on kernel 6.18 CRIU 4.1.1 cannot dump a TCP socket, 4.2.1 can.
    private Finding tcp(Engine engine) {
        String kernel = content(root.resolve("proc/sys/kernel/osrelease")).strip();
        boolean old =
                engine instanceof Engine.Answers answers && answers.version().matches("4\\.[01](\\..*)?");
        return old && newKernel(kernel)
                ? Finding.no(
                        Capability.TCP,
                        "this CRIU cannot dump TCP sockets on kernel " + kernel,
                        "take CRIU 4.2 or newer: sudo .ci/provision-criu sid, and give its path as --criu")
                : Finding.yes(Capability.TCP, "kernel " + kernel);
    }

    private static boolean newKernel(String release) {
        Matcher version = RELEASE.matcher(release);
        if (!version.lookingAt()) {
            return false;
        }
        int major = Integer.parseInt(version.group(1));
        return major > 6 || (major == 6 && Integer.parseInt(version.group(2)) >= 18);
    }

    private Finding ioUring() {
        String value =
                content(root.resolve("proc/sys/kernel/io_uring_disabled")).strip();
        return switch (value) {
            case "2" -> Finding.yes(Capability.IO_URING, "off for everybody: no workload can hold a ring");
            case "1" -> Finding.yes(Capability.IO_URING, "off but for its group");
            default ->
                Finding.no(
                        Capability.IO_URING,
                        "on: a workload that holds a ring cannot be saved",
                        "sysctl kernel.io_uring_disabled=2, where the workloads can do without");
        };
    }

    private String processor() {
        Path file = root.resolve("proc/cpuinfo");
        return field(file, "model name", field(file, "CPU part", "unknown")).replaceFirst("^: *", "");
    }

    private Finding gpu() {
        try (Stream<Path> devices = Files.list(root.resolve("dev"))) {
            List<String> gpus = devices.map(each -> each.getFileName().toString())
                    .filter(name -> name.matches("nvidia[0-9]+|kfd"))
                    .sorted()
                    .toList();
            return gpus.isEmpty()
                    ? Finding.yes(Capability.GPU, "none")
                    : Finding.no(
                            Capability.GPU,
                            String.join(" ", gpus),
                            "workloads that use it cannot be saved yet; give them an appHook or drain rung");
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static String field(Path file, String name, String otherwise) {
        return content(file)
                .lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip())
                .findFirst()
                .orElse(otherwise);
    }

    private static String content(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException missing) {
            return "";
        }
    }
}
