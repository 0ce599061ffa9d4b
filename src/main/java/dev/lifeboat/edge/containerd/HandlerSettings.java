package dev.lifeboat.edge.containerd;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// containerd's settings (`config.toml`, containerd-config.toml(5)) as text. One block at its end
/// is ours; what others wrote stays as it is, comments too. A file of its own under `imports` would
/// not do: before version 2 containerd takes a plugin's whole section from the last file that has
/// one.
///
/// @param text empty where there is no file: containerd goes by its defaults then
record HandlerSettings(String text) {
    private static final String BEGIN = "# lifeboat prepare-node: begin; what is changed here is changed back";
    private static final String END = "# lifeboat prepare-node: end";
    private static final Pattern OURS =
            Pattern.compile("\n?" + Pattern.quote(BEGIN) + ".*?" + Pattern.quote(END) + "\n?", Pattern.DOTALL);
    private static final Pattern VERSION = Pattern.compile("(?m)^\\s*version\\s*=\\s*([0-9]+)");
    private static final Pattern SYSTEMD = Pattern.compile("(?m)^\\s*SystemdCgroup\\s*=\\s*true");
    private static final int OLDEST = 2;

    /// Since this one the runtime is a plugin of its own (containerd 2).
    private static final int RUNTIME_APART = 3;

    /// With the handler, as the only one that we have put there.
    ///
    /// @param wrapper on the node
    /// @throws IllegalArgumentException saying what to do, when the settings are older than containerd 1.3's
    HandlerSettings with(String handler, Path wrapper) {
        String others = OURS.matcher(text).replaceAll("");
        if (others.isBlank()) {
            others = "version = " + OLDEST + "\n";
        }
        if (isAnothers(others, handler)) {
            return new HandlerSettings(others);
        }
        return new HandlerSettings(others + (others.endsWith("\n") ? "" : "\n") + block(others, handler, wrapper));
    }

    private static boolean isAnothers(String others, String handler) {
        return Pattern.compile("(?m)^\\s*\\[plugins\\..*\\.runtimes\\.[\"']?" + Pattern.quote(handler) + "[\"']?]")
                .matcher(others)
                .find();
    }

    private static String block(String others, String handler, Path wrapper) {
        String runtime = "plugins.\"" + plugin(others) + "\".containerd.runtimes." + handler;
        // As the node's other containers have it: the kubelet names their groups in one way for all.
        String groups = SYSTEMD.matcher(others).find() ? "    SystemdCgroup = true\n" : "";
        return """
                %s
                [%s]
                  runtime_type = "io.containerd.runc.v2"
                  pod_annotations = ["lifeboat.dev/*"]
                  container_annotations = ["lifeboat.dev/*"]
                  [%s.options]
                    BinaryName = "%s"
                %s%s
                """.formatted(BEGIN, runtime, runtime, wrapper, groups, END);
    }

    private static String plugin(String others) {
        Matcher found = VERSION.matcher(others);
        int version = found.find() ? Integer.parseInt(found.group(1)) : 1;
        if (version < OLDEST) {
            throw new IllegalArgumentException("containerd's settings are of version " + version
                    + ": have `containerd config migrate` bring them to version " + OLDEST);
        }
        return version < RUNTIME_APART ? "io.containerd.grpc.v1.cri" : "io.containerd.cri.v1.runtime";
    }
}
