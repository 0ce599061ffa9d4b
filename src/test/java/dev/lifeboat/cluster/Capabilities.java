package dev.lifeboat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What agents may do to a node, by name.
final class Capabilities {
    private static final Pattern ADDED = Pattern.compile("add:\\n((?:\\s+- [A-Z_]+\\n)+)");

    private Capabilities() {}

    /// Those that the chart gives them, as helm renders it.
    static List<String> listed() throws Exception {
        String rendered = ControlPlane.run(
                        "helm",
                        "template",
                        "helm/lifeboat",
                        "-f",
                        "helm/lifeboat/examples/trial.yaml",
                        "-s",
                        "templates/agent.yaml")
                .well();
        var added = ADDED.matcher(rendered);
        assertThat(added.find()).as(rendered).isTrue();
        return added.group(1).lines().map(line -> line.replace("-", "").strip()).toList();
    }

    /// Those that this machine grants to anybody.
    static List<String> granted() {
        try {
            String said = ControlPlane.call(List.of("setpriv", "--dump")).well();
            return said.lines()
                    .filter(line -> line.startsWith("Capability bounding set:"))
                    .flatMap(line ->
                            Stream.of(line.substring(line.indexOf(':') + 1).split(",", -1)))
                    .map(each -> each.strip().toUpperCase(Locale.ROOT))
                    .toList();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("setpriv (util-linux) is needed here", e);
        }
    }
}
