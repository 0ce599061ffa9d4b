package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.kafka.Brokers;
import dev.lifeboat.edge.kubernetes.NodeWatcher;
import dev.lifeboat.edge.source.SourceSettings;
import dev.lifeboat.edge.source.azure.AzureNotices;
import dev.lifeboat.edge.source.ec2.Ec2Events;
import dev.lifeboat.edge.source.ec2.ImdsNotices;
import dev.lifeboat.edge.source.gce.GceNotices;
import dev.lifeboat.edge.source.manual.Gate;
import dev.lifeboat.edge.source.manual.ManualNotices;
import dev.lifeboat.notice.NodeName;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which sources a listener runs.
final class Sources {
    /// These speak of the machine that they are asked on, and of no other.
    private static final Set<String> OF_ONE_NODE = Set.of(ImdsNotices.SOURCE, GceNotices.SOURCE, AzureNotices.SOURCE);

    private static final Set<String> OF_MANY = Set.of(Ec2Events.SOURCE, NodeWatcher.SOURCE, ManualNotices.SOURCE);

    private Sources() {}

    /// Finds every mistake that can be found before anything is started.
    static void check(ListenerConfig config) {
        var _ = Brokers.plain(config.kafka());
        for (SourceSettings source : chosen(config)) {
            if (OF_ONE_NODE.contains(source.source())) {
                node(config);
            } else if (!OF_MANY.contains(source.source())) {
                throw new IllegalArgumentException("no such source: " + source.source());
            }
            var _ = gate(source);
            var _ = provesDeathsByGce(source);
        }
    }

    /// Who may speak where anybody can knock.
    static Gate gate(SourceSettings source) {
        String file = source.texts().get("token-file");
        return file == null ? Gate.loopbackOnly() : Gate.token(Path.of(file));
    }

    /// Whether Compute Engine is asked if a cluster's machines are gone; EC2 is, wherever its queue is read.
    static boolean provesDeathsByGce(SourceSettings source) {
        String by = source.texts().getOrDefault("proof-of-death", "none");
        return switch (by) {
            case GceNotices.SOURCE -> true;
            case "none" -> false;
            default ->
                throw new IllegalArgumentException(
                        source.source() + ": proof-of-death is gce or none, not " + by + ", in source.yaml");
        };
    }

    /// The node of a source that speaks of its own machine only.
    static NodeName node(ListenerConfig config) {
        return new NodeName(
                NodeOptions.given(config.node(), "which node is this? Give --node NAME or set LIFEBOAT_LISTENER_NODE"));
    }

    /// Those that were asked for, enabled or not; else all that are enabled.
    static List<SourceSettings> chosen(ListenerConfig config) {
        Map<String, SourceSettings> all = all(config.sources());
        List<String> names = config.only()
                .orElseGet(() -> all.values().stream()
                        .filter(SourceSettings::enabled)
                        .map(SourceSettings::source)
                        .sorted()
                        .toList());
        var chosen = new ArrayList<SourceSettings>();
        for (String name : names) {
            SourceSettings settings = all.get(name);
            if (settings == null) {
                throw new IllegalArgumentException(
                        "no source " + name + " in " + config.sources() + "; there are " + all.keySet());
            }
            String elsewhere = config.endpoint().get(name);
            chosen.add(elsewhere == null ? settings : settings.at(URI.create(elsewhere)));
        }
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException("no source is enabled in " + config.sources() + "; give --only SOURCE");
        }
        return chosen;
    }

    private static Map<String, SourceSettings> all(String folder) {
        if (!Files.isDirectory(Path.of(folder))) {
            throw new IllegalArgumentException(folder + ": there is no such folder; --sources names one");
        }
        try {
            return SourceSettings.readAll(Path.of(folder));
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read " + folder + ": " + e.getMessage(), e);
        }
    }
}
