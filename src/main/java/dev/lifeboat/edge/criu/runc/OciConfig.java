package dev.lifeboat.edge.criu.runc;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lifeboat.edge.criu.Surroundings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// A container's `config.json` (OCI runtime specification 1.0).
final class OciConfig {
    static final String FILE = "config.json";

    /// A runtime specification is some tens of KiB.
    private static final long LONGEST_FILE = 4L << 20;

    private static final JsonMapper JSON = new JsonMapper();

    private final ObjectNode root;

    private OciConfig(ObjectNode root) {
        this.root = root;
    }

    /// @throws IOException saying what is wrong with which file
    static OciConfig read(Path file) throws IOException {
        if (Files.size(file) > LONGEST_FILE) {
            throw new IOException(file + " is no container's config: longer than " + LONGEST_FILE + " bytes");
        }
        try {
            if (JSON.readTree(file.toFile()) instanceof ObjectNode config) {
                return new OciConfig(config);
            }
        } catch (JacksonException wrong) {
            throw new IOException(file + " is no JSON: " + wrong.getOriginalMessage(), wrong);
        }
        throw new IOException(file + " is no container's config: no object");
    }

    /// Writes it for a bundle whose root file system is `rootfs`.
    ///
    /// @param criu settings for CRIU, which runc hands on; see criu(8), configuration files
    void write(Path file, Path rootfs, Path criu) throws IOException {
        ObjectNode copy = root.deepCopy();
        copy.withObjectProperty("root").put("path", rootfs.toString());
        copy.withObjectProperty("process").put("terminal", false);
        copy.withObjectProperty("annotations").put("org.criu.config", criu.toString());
        Files.writeString(file, copy.toPrettyString(), StandardCharsets.UTF_8);
    }

    /// Lets the container's own root read a folder, where that is somebody else outside, as in a user namespace: CRIU's
    /// restorer reads its images as root first, and as that one from when the namespace is made.
    void share(Path folder) throws IOException {
        int group = outside(root.path("linux").path("gidMappings"));
        if (group == 0) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.toList()) {
                Set<PosixFilePermission> rights = Files.getPosixFilePermissions(each);
                rights.add(PosixFilePermission.GROUP_READ);
                if (Files.isDirectory(each)) {
                    rights.add(PosixFilePermission.GROUP_EXECUTE);
                }
                Files.setAttribute(each, "unix:gid", group);
                Files.setPosixFilePermissions(each, rights);
            }
        }
    }

    /// The number that 0 is mapped to.
    private static int outside(JsonNode mappings) {
        for (JsonNode mapping : mappings) {
            if (mapping.path("containerID").asInt(-1) == 0) {
                return mapping.path("hostID").asInt();
            }
        }
        return 0;
    }

    /// What of the container's mounts is this node's: bind mounts, cgroups, devices, and what is masked. The names are
    /// those that `runc restore` will look for (libcontainer/criu_linux.go).
    List<String> outside(Inside inside) throws IOException {
        var outside = new ArrayList<String>();
        for (JsonNode mount : root.path("mounts")) {
            String at = mount.path("destination").asText();
            if (isBind(mount)) {
                outside.add(Surroundings.mount(at, at));
            }
        }
        for (JsonNode namespace : root.path("linux").path("namespaces")) {
            if (namespace.path("type").asText().equals("network") && namespace.hasNonNull("path")) {
                outside.add(Surroundings.network(inside.network()));
            }
        }
        inside.cgroupMounts().forEach(at -> outside.add(Surroundings.mount(at, at)));
        inside.deviceMounts().stream()
                .map(at -> Surroundings.mount(at, at))
                .filter(each -> !outside.contains(each))
                .forEach(outside::add);
        for (JsonNode masked : root.path("linux").path("maskedPaths")) {
            Path path = inside.root().resolve(masked.asText().substring(1));
            if (Files.exists(path) && !Files.isDirectory(path)) {
                outside.add(Surroundings.mount(masked.asText(), "/dev/null"));
            }
        }
        return outside;
    }

    /// What of this node is mounted into it, by the node's own paths.
    List<String> bindSources() {
        var sources = new ArrayList<String>();
        for (JsonNode mount : root.path("mounts")) {
            if (isBind(mount)) {
                sources.add(mount.path("source").asText());
            }
        }
        return sources;
    }

    /// What of this node is mounted there, if anything is.
    Optional<String> bindSource(String destination) {
        for (JsonNode mount : root.path("mounts")) {
            if (isBind(mount) && mount.path("destination").asText().equals(destination)) {
                return Optional.of(mount.path("source").asText());
            }
        }
        return Optional.empty();
    }

    private static boolean isBind(JsonNode mount) {
        if (mount.path("type").asText().equals("bind")) {
            return true;
        }
        for (JsonNode option : mount.path("options")) {
            if (option.asText().equals("bind") || option.asText().equals("rbind")) {
                return true;
            }
        }
        return false;
    }
}
