package dev.lifeboat.edge.preflight;

import dev.lifeboat.workload.Obstacle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Looks a process tree over for what CRIU will refuse, without touching it: descriptors, mappings and sockets as
/// proc(5) shows them. What it cannot see (a lock in a driver, a kernel's own bug) only a dump finds.
public final class ProcessSurvey {
    private static final Path PROC = Path.of("/proc");

    /// What CRIU dumps beside the memory devices: a process' own terminal, and tun, of which it keeps the state.
    private static final Set<String> DUMPABLE = Set.of("/dev/tty", "/dev/net/tun");

    /// The kernel's devices.txt: 1 is /dev/null and its like, which CRIU reopens by name.
    private static final int MEMORY_DEVICES = 1;

    private static final Pattern GPU = Pattern.compile("/dev/(nvidia.*|kfd|dri/.*)");
    private static final Pattern TERMINAL = Pattern.compile("/dev/(pts/\\d+|tty.*|console)");
    private static final Pattern SOCKET = Pattern.compile("socket:\\[(\\d+)\\]");

    /// What CRIU dumps sockets of, as the kernel calls it.
    private static final Set<String> SPOKEN =
            Set.of("TCP TCPv6 UDP UDPv6 UDP-Lite UDPLITEv6 RAW RAWv6 UNIX UNIX-STREAM NETLINK PACKET".split(" "));

    private static final String IO_URING = "anon_inode:[io_uring]";
    private static final String DEVICES = "/dev/";
    private static final String SHARED_FILES = "/dev/shm/";

    /// proc(5): column 4 of /proc/net/tcp, where 01 is ESTABLISHED.
    private static final String ESTABLISHED = "01";

    private final List<Hit> hits = new ArrayList<>();

    private final Sockets sockets;

    private ProcessSurvey(Sockets sockets) {
        this.sockets = sockets;
    }

    /// Asks the kernel about sockets.
    @FunctionalInterface
    public interface Sockets {
        /// What it speaks, in the kernel's words, such as `TCP`; empty when it is closed.
        Optional<String> protocol(Path descriptor);
    }

    /// @return every obstacle in the tree; empty when there is no such process
    public static Optional<List<Hit>> look(long root, Sockets sockets) {
        Optional<ProcessHandle> handle = ProcessHandle.of(root);
        if (handle.isEmpty()) {
            return Optional.empty();
        }
        var survey = new ProcessSurvey(sockets);
        UnkeptRegisters.of(Path.of("/"))
                .ifPresent(unkept -> survey.hits.add(new Hit(Obstacle.REGISTERS, root, "a processor with " + unkept)));
        Stream.concat(handle.stream(), handle.get().descendants())
                .map(ProcessHandle::pid)
                .forEach(survey::one);
        return Optional.of(List.copyOf(survey.hits));
    }

    private void one(long pid) {
        Path folder = PROC.resolve(Long.toString(pid));
        try {
            status(pid, folder);
            descriptors(pid, folder);
            memory(pid, folder);
        } catch (NoSuchFileException ended) {
            // It ended while we looked; the others still count.
        } catch (IOException hidden) {
            hits.add(new Hit(Obstacle.UNREADABLE, pid, String.valueOf(hidden.getMessage())));
        }
    }

    private void status(long pid, Path folder) throws IOException {
        Files.readAllLines(folder.resolve("status")).stream()
                .filter(line -> line.startsWith("TracerPid:"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .filter(tracer -> !tracer.equals("0"))
                .forEach(tracer -> hits.add(new Hit(Obstacle.TRACED, pid, "by pid " + tracer)));
    }

    private void descriptors(long pid, Path folder) throws IOException {
        var inodes = new HashSet<String>();
        try (Stream<Path> links = Files.list(folder.resolve("fd"))) {
            for (Path link : links.sorted().toList()) {
                String target = target(link);
                if (isMemoryDevice(link, target)) {
                    continue;
                }
                var socket = SOCKET.matcher(target);
                if (socket.matches()) {
                    inodes.add(socket.group(1));
                    unspoken(pid, link);
                }
                obstacle(target)
                        .ifPresent(
                                found -> hits.add(new Hit(found, pid, "fd " + link.getFileName() + " is " + target)));
            }
        }
        for (String table : List.of("tcp", "tcp6")) {
            connections(pid, folder.resolve("net").resolve(table), inodes);
        }
    }

    private void unspoken(long pid, Path link) {
        sockets.protocol(link)
                .filter(protocol -> !SPOKEN.contains(protocol))
                .ifPresent(protocol ->
                        hits.add(new Hit(Obstacle.SOCKET, pid, "fd " + link.getFileName() + " speaks " + protocol)));
    }

    /// A descriptor may be closed while we look.
    private static String target(Path link) throws IOException {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (NoSuchFileException closed) {
            return "";
        }
    }

    /// The link is followed, so that another mount namespace's device is the one looked at.
    private static boolean isMemoryDevice(Path link, String target) throws IOException {
        if (!target.startsWith(DEVICES)) {
            return false;
        }
        try {
            long device = ((Number) Files.getAttribute(link, "unix:rdev")).longValue();
            return device >> 8 == MEMORY_DEVICES;
        } catch (NoSuchFileException closed) {
            return true;
        }
    }

    private static Optional<Obstacle> obstacle(String target) {
        if (target.equals(IO_URING)) {
            return Optional.of(Obstacle.IO_URING);
        }
        if (!target.startsWith(DEVICES) || target.startsWith(SHARED_FILES) || DUMPABLE.contains(target)) {
            return Optional.empty();
        }
        if (GPU.matcher(target).matches()) {
            return Optional.of(Obstacle.GPU);
        }
        return Optional.of(TERMINAL.matcher(target).matches() ? Obstacle.TERMINAL : Obstacle.DEVICE);
    }

    private void connections(long pid, Path table, Set<String> sockets) throws IOException {
        if (sockets.isEmpty() || !Files.exists(table)) {
            return;
        }
        for (String line : Files.readAllLines(table)) {
            String[] columns = line.strip().split(" +", -1);
            if (columns.length > 9 && columns[3].equals(ESTABLISHED) && sockets.contains(columns[9])) {
                hits.add(new Hit(Obstacle.CONNECTION, pid, "to " + columns[2] + " (hexadecimal, as in " + table + ")"));
            }
        }
    }

    private void memory(long pid, Path folder) throws IOException {
        for (String line : Files.readAllLines(folder.resolve("smaps_rollup"))) {
            kibibytes(line, "Pss_Shmem:").ifPresent(size -> hits.add(new Hit(Obstacle.SHARED_MEMORY, pid, size)));
            kibibytes(line, "Private_Hugetlb:").ifPresent(size -> hits.add(new Hit(Obstacle.HUGE_PAGES, pid, size)));
        }
    }

    private static Optional<String> kibibytes(String line, String name) {
        if (!line.startsWith(name)) {
            return Optional.empty();
        }
        String size = line.substring(name.length()).replace("kB", "").strip();
        return size.equals("0") ? Optional.empty() : Optional.of(size + " KiB");
    }
}
