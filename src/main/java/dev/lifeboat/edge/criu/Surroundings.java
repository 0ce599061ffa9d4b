package dev.lifeboat.edge.criu;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a container's runtime has put around a tree, and a dump must leave alone.
///
/// @param root of the tree's mount namespace, as this node sees it
/// @param outside what comes from this node and is found again by name, as `criu --external` takes it
/// @param freezer the cgroup folder through which the whole container stops at once, where there is one
public record Surroundings(
        Path root, List<String> outside, @Nullable Path freezer) {
    public Surroundings {
        outside = List.copyOf(outside);
    }

    private static final String NETWORK = "net[";

    /// A network namespace that others made, as a pod's sandbox does: runc restores into the new one under this name
    /// (libcontainer/criu_linux.go, criuNsToKey).
    public static String network(long namespace) {
        return NETWORK + namespace + "]:extRootNetNS";
    }

    /// Whether the network is somebody else's.
    boolean joinsNetwork() {
        return outside.stream().anyMatch(each -> each.startsWith(NETWORK));
    }

    /// A mount whose content is not the container's own.
    ///
    /// @param at where the tree sees it
    /// @param name by which the restore is told what to put there
    public static String mount(String at, String name) {
        return "mnt[" + at + "]:" + name;
    }
}
