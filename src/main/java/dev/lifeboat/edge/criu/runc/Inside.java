package dev.lifeboat.edge.criu.runc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// A container as its first process' /proc shows it (proc(5)).
record Inside(long pid) {
    private static final String UPPER = "upperdir=";

    Path root() {
        return proc("root");
    }

    /// Version 1 mounts one folder of each hierarchy into the container (mountinfo).
    List<String> cgroupMounts() throws IOException {
        return mounts(line -> line.substring(line.indexOf(" - ") + 3).startsWith("cgroup "));
    }

    /// Devices of this node's, mounted one by one: in a user namespace nobody may make any (user_namespaces(7)), so
    /// runtimes do that.
    List<String> deviceMounts() throws IOException {
        return mounts(_ -> true).stream().filter(this::isDevice).toList();
    }

    private boolean isDevice(String at) {
        Path file = root().resolve(at.substring(1));
        return at.startsWith("/dev/") && Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file);
    }

    /// Where they are, as the container sees it.
    private List<String> mounts(Predicate<String> which) throws IOException {
        try (Stream<String> mounts = Files.lines(proc("mountinfo"))) {
            return mounts.filter(which).map(line -> line.split(" ", 6)[4]).toList();
        }
    }

    /// The number of its network namespace (namespaces(7)).
    long network() throws IOException {
        String link = Files.readSymbolicLink(proc("ns/net")).toString();
        return Long.parseLong(link.substring("net:[".length(), link.length() - 1));
    }

    /// Where what it has changed of its image lies on this node.
    ///
    /// @throws IOException when its root is no overlay, as those of containerd's and CRI-O's usual stores are
    Path upper() throws IOException {
        for (String line : Files.readAllLines(proc("mountinfo"))) {
            String[] fields = line.split(" ", 6);
            String mount = line.substring(line.indexOf(" - ") + 3);
            if (fields[4].equals("/") && mount.startsWith("overlay ")) {
                return upper(mount.split(" ", 3)[2]);
            }
        }
        throw new IOException(
                "the root file system of pid " + pid + " is no overlay, so what it has changed cannot be told"
                        + " from its image; have the container runtime use its overlayfs snapshotter");
    }

    /// @param options of the mount, separated by commas
    private Path upper(String options) throws IOException {
        for (String option : options.split(",", -1)) {
            if (option.startsWith(UPPER)) {
                Path upper = Path.of(option.substring(UPPER.length()));
                if (Files.isDirectory(upper)) {
                    return upper;
                }
                throw new IOException(
                        upper + " is not to be seen here; the agent needs the container runtime's folder at"
                                + " the node's own path, such as /var/lib/containerd");
            }
        }
        throw new IOException("the root file system of pid " + pid + " cannot be written to, by its mount options");
    }

    /// What the runtime gave it as 0, 1 and 2; runc(8) hands their successors to CRIU by these names.
    List<String> firstDescriptors() throws IOException {
        var found = new ArrayList<String>();
        for (int descriptor = 0; descriptor < 3; descriptor++) {
            Path link = proc("fd").resolve(Integer.toString(descriptor));
            found.add(
                    Files.exists(link, LinkOption.NOFOLLOW_LINKS)
                            ? Files.readSymbolicLink(link).toString()
                            : "");
        }
        return found;
    }

    private Path proc(String name) {
        return Path.of("/proc", Long.toString(pid), name);
    }
}
