package dev.lifeboat.edge.criu;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lifeboat.Drawn;
import dev.lifeboat.Provided;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.IntStream;

/// An image with src/test/resources/container/victim.py in it, which says after each step whether all that it holds
/// still works.
public record ContainerImage(Path folder, Path layer) {
    /// A step at which nothing was lost.
    private static final String WHOLE = "%d" + " ok".repeat(13);

    /// Where it writes its steps.
    public static final String LOG = "var/log/steps";

    /// With this file there it connects to its own sockets in each step.
    static final String ASK = "var/log/ask";

    /// Where it writes the port on which it gives back what it gets, and one on which nobody accepts.
    static final String SERVING = "var/log/serving";

    /// Debian's.
    static final Path RUNC = Path.of("/usr/sbin/runc");

    public static Path runc() {
        Provided.that(Files.exists(RUNC), "no runc: apt-get install runc");
        return RUNC;
    }

    /// How containers are told to run, beside the usual.
    public enum Kind {
        PLAIN,
        NOT_ROOT,
        SECCOMP,
        USER_NAMESPACE;

        private void tell(ObjectNode config) {
            switch (this) {
                case PLAIN -> {}
                case NOT_ROOT ->
                    config.withObjectProperty("process")
                            .withObjectProperty("user")
                            .put("uid", 1234)
                            .put("gid", 1234);
                case SECCOMP ->
                    config.withObjectProperty("linux")
                            .withObjectProperty("seccomp")
                            .put("defaultAction", "SCMP_ACT_ALLOW")
                            .withArrayProperty("syscalls")
                            .addObject()
                            .put("action", "SCMP_ACT_ERRNO")
                            .withArrayProperty("names")
                            .add("swapon");
                case USER_NAMESPACE -> {
                    ObjectNode linux = config.withObjectProperty("linux");
                    linux.withArrayProperty("namespaces").addObject().put("type", "user");
                    for (String each : List.of("uidMappings", "gidMappings")) {
                        linux.putArray(each)
                                .addObject()
                                .put("containerID", 0)
                                .put("hostID", 100_000)
                                .put("size", 65_536);
                    }
                    withoutSys(config.withArrayProperty("mounts"));
                }
            }
        }

        /// It belongs to the network's namespace, which is the machine's: there it may not be mounted anew.
        private static void withoutSys(ArrayNode mounts) {
            for (int i = mounts.size() - 1; i >= 0; i--) {
                if (mounts.get(i).path("destination").asText().startsWith("/sys")) {
                    mounts.remove(i);
                }
            }
        }
    }

    /// Folders, this machine's /usr below them, the program.
    public static ContainerImage make(Path folder) throws IOException {
        Path image = Files.createDirectory(folder.resolve("image"));
        for (String each : List.of("usr", "proc", "dev", "sys", "tmp", "run", "var/log", "etc/replaced")) {
            Files.createDirectories(image.resolve(each));
        }
        for (String each : List.of("bin", "lib", "lib64")) {
            Files.createSymbolicLink(image.resolve(each), Path.of("usr", each));
        }
        Files.createFile(image.resolve("etc/doomed"));
        Files.createFile(image.resolve("etc/replaced/old"));
        Files.copy(Drawn.top().resolve("src/test/resources/container/victim.py"), image.resolve("victim.py"));
        for (String open : List.of("run", "tmp", "var/log", "etc", "etc/replaced", "etc/replaced/old", "etc/doomed")) {
            Files.setPosixFilePermissions(image.resolve(open), PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new ContainerImage(folder, image);
    }

    /// Nothing was lost at any step, none is missing, and none was made twice: what the program
    /// counts in its memory and what it has written to its root file system are of the same moment.
    ///
    /// @param log of a container
    public static void wholeAndUnbroken(Path log) throws IOException {
        List<String> steps = Files.readAllLines(log);
        assertThat(steps)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, steps.size())
                        .mapToObj(WHOLE::formatted)
                        .toList());
    }

    /// A config for it: runc's own, and what the program needs.
    public Path config(Kind kind) throws Exception {
        Path bundle = Files.createDirectory(folder.resolve("spec"));
        assertThat(new ProcessBuilder(runc().toString(), "spec")
                        .directory(bundle.toFile())
                        .start()
                        .waitFor())
                .isZero();
        var json = new JsonMapper();
        var config = (ObjectNode) json.readTree(bundle.resolve("config.json").toFile());
        config.withObjectProperty("root").put("readonly", false);
        config.withObjectProperty("process").put("terminal", false);
        config.withObjectProperty("process")
                .putArray("args")
                .add("/usr/bin/python3")
                .add("/victim.py");
        ArrayNode mounts = config.withArrayProperty("mounts");
        mounts.addObject()
                .put("destination", "/usr")
                .put("type", "bind")
                .put("source", "/usr")
                .putArray("options")
                .add("rbind")
                .add("ro");
        mounts.addObject()
                .put("destination", "/tmp")
                .put("type", "tmpfs")
                .put("source", "tmpfs")
                .putArray("options")
                .add("size=16m");
        ArrayNode namespaces = config.withObjectProperty("linux").withArrayProperty("namespaces");
        for (int i = namespaces.size() - 1; i >= 0; i--) {
            // As in a pod: the network is somebody else's to make.
            if (namespaces.get(i).path("type").asText().equals("network")) {
                namespaces.remove(i);
            }
        }
        kind.tell(config);
        Path file = folder.resolve("container.json");
        json.writeValue(file.toFile(), config);
        return file;
    }
}
