package dev.lifeboat.edge.launch;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `lifeboat listener`: what is not given here may stand in the environment, see [ListenerConfig].
@Command(
        name = "listener",
        mixinStandardHelpOptions = true,
        description = "Watches what clouds announce and brings it to Kafka, each notice once.",
        footer = {
            "",
            "Meters at /q/metrics, health at /q/health. Ends on SIGTERM.",
            "Exit codes: 0 ended, 1 could not start, 2 wrong usage."
        })
final class ListenerCommand implements Callable<Integer> {
    private static final String ROLE = "listener";

    @Mixin
    private NodeOptions shared = new NodeOptions();

    @Option(
            names = "--sources",
            paramLabel = "DIR",
            description = "Folder with a folder for each source (default eviction-listeners).")
    private @Nullable Path sources;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "SOURCE",
            description = "Run these sources, enabled or not; else all that are enabled.")
    private List<String> only = new ArrayList<>();

    @Option(
            names = "--endpoint",
            paramLabel = "SOURCE=URL",
            description = "Ask a source at another address, such as ec2-imds=http://127.0.0.1:1338.")
    private Map<String, URI> endpoints = Map.of();

    @Option(
            names = "--spool",
            paramLabel = "FILE",
            description = "Keeps notices while Kafka is out of reach (default /var/lib/lifeboat/listener.spool).")
    private @Nullable Path spool;

    @Override
    public Integer call() {
        shared.set(ROLE);
        set("sources", sources);
        set("spool", spool);
        set("only", only.isEmpty() ? null : String.join(",", only));
        endpoints.forEach((source, url) -> set("endpoint.\"" + source + '"', url));
        return new Roles.Told<>("lifeboat listener", ListenerConfig.class, Sources::check).run(ListenerRole.class);
    }

    private static void set(String key, @Nullable Object value) {
        NodeOptions.set(ROLE, key, value);
    }
}
