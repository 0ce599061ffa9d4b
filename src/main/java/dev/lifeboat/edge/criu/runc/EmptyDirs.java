package dev.lifeboat.edge.criu.runc;

import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The emptyDirs that a pod's container has mounted, each once, however often and with whatever rights: they
/// come along. A kubelet has them at `PODS/UID/volumes/kubernetes.io~empty-dir/NAME`, and a folder of one that
/// is mounted alone at `PODS/UID/volume-subpaths/NAME/CONTAINER/NTH` (pkg/kubelet/kubelet_getters.go,
/// pkg/volume/util/subpath). By these its container's config names them.
///
/// So does the pod's `/dev/shm`, which the runtime makes with its sandbox (containerd,
/// internal/cri/server/sandbox_run_linux.go;
/// CRI-O, server/sandbox_run_linux.go). That of a pod with `hostIPC` is the node's, and everybody's.
///
/// @param all by name
/// @param others that cannot come along, and why
/// @param most that all of them together may hold
record EmptyDirs(List<EmptyDir> all, List<String> others, ByteCount most) {
    /// Two seconds of packing, while everything stands still.
    static final long MOST_FILES = 100_000;

    private static final String VOLUMES = "volumes/kubernetes.io~empty-dir/";

    /// No volume has a name with a dot.
    private static final String SHARED_MEMORY = "dev.shm";

    private static final Pattern SANDBOX =
            Pattern.compile("/.+/(?:sandboxes/[0-9a-f]{64}|overlay-containers/[0-9a-f]{64}/userdata)/shm");

    EmptyDirs {
        all = List.copyOf(all);
        others = List.copyOf(others);
    }

    /// @param uid of the pod
    static EmptyDirs of(OciConfig config, String uid, ByteCount most) {
        Pattern place = Pattern.compile("(/.+/pods/" + Pattern.quote(uid)
                + "/)(volumes/kubernetes\\.io~empty-dir|volume-subpaths)/([a-z0-9-]{1,63})(?:/.*)?");
        SequencedMap<String, EmptyDir> all = new TreeMap<>();
        var others = new ArrayList<String>();
        for (String source : config.bindSources()) {
            Matcher found = place.matcher(source);
            if (!found.matches()) {
                continue;
            }
            String name = found.group(3);
            var volume = new EmptyDir(name, Path.of(found.group(1), VOLUMES, name));
            boolean whole = VOLUMES.startsWith(found.group(2));
            // What is mounted in part may be of another kind, such as a config map.
            if (whole || volume.isHere()) {
                all.put(name, volume);
                if (Files.isRegularFile(Path.of(source))) {
                    // Put back, it would be another than the one that the kubelet has bound.
                    others.add("a single file of " + name + " is mounted (subPath)");
                }
            }
        }
        config.bindSource("/dev/shm").ifPresent(source -> {
            if (SANDBOX.matcher(source).matches()) {
                all.put(SHARED_MEMORY, new EmptyDir(SHARED_MEMORY, Path.of(source)));
            } else if (source.equals("/dev/shm")) {
                others.add("its /dev/shm is the node's (hostIPC)");
            }
        });
        return new EmptyDirs(List.copyOf(all.values()), others, most);
    }

    /// Shared memory is the whole pod's: nothing stays that a container besides holds, for it may change while it is
    /// packed.
    EmptyDirs beside(List<Neighbour> neighbours) throws IOException {
        var staying = new ArrayList<>(others);
        Optional<EmptyDir> shared =
                all.stream().filter(each -> each.name().equals(SHARED_MEMORY)).findFirst();
        long device =
                shared.isPresent() ? (long) Files.getAttribute(shared.get().folder(), "unix:dev") : Neighbour.NOWHERE;
        for (Neighbour neighbour : neighbours) {
            neighbour.shares(device).ifPresent(staying::add);
        }
        return new EmptyDirs(all, staying, most);
    }

    /// What they hold, and which of them cannot come along.
    Volumes weigh() throws IOException {
        long bytes = 0;
        long count = 0;
        var staying = new ArrayList<String>();
        for (EmptyDir each : all) {
            if (!each.isHere()) {
                staying.add(each.folder() + " is not to be seen here; the agent needs the kubelet's pods at the node's"
                        + " own path");
                continue;
            }
            EmptyDir.Weight weight = each.weigh(new EmptyDir.Weight(most.bytes() - bytes, MOST_FILES - count));
            bytes += weight.bytes();
            count += weight.files();
            if (bytes > most.bytes()) {
                staying.add(each.name() + " is too large: more than " + most + " in all emptyDirs");
                break;
            }
            if (count > MOST_FILES) {
                staying.add(each.name() + " has too many files: more than " + MOST_FILES + " in all emptyDirs");
                break;
            }
        }
        staying.addAll(others);
        return new Volumes(new ByteCount(Math.min(bytes, most.bytes())), staying);
    }

    /// Puts their files beside CRIU's images; everything in the pod stands still.
    ///
    /// @throws IOException when one of them cannot come along
    void pack(Path images) throws IOException, InterruptedException {
        List<String> staying = weigh().staying();
        if (!staying.isEmpty()) {
            throw new IOException(String.join("; ", staying));
        }
        for (EmptyDir each : all) {
            each.pack(images);
        }
    }
}
