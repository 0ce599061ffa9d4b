package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.kafka.Brokers;
import dev.lifeboat.edge.kafka.NoticeMemory;
import dev.lifeboat.edge.kubernetes.NodeWatcher;
import dev.lifeboat.edge.source.SourceSettings;
import dev.lifeboat.edge.source.azure.AzureNotices;
import dev.lifeboat.edge.source.azure.AzureSource;
import dev.lifeboat.edge.source.ec2.Ec2Events;
import dev.lifeboat.edge.source.ec2.Ec2Nodes;
import dev.lifeboat.edge.source.ec2.Imds;
import dev.lifeboat.edge.source.ec2.ImdsNotices;
import dev.lifeboat.edge.source.ec2.ImdsPath;
import dev.lifeboat.edge.source.ec2.ImdsSource;
import dev.lifeboat.edge.source.ec2.Queue;
import dev.lifeboat.edge.source.ec2.SqsSource;
import dev.lifeboat.edge.source.gce.GceDeaths;
import dev.lifeboat.edge.source.gce.GceNodes;
import dev.lifeboat.edge.source.gce.GceNotices;
import dev.lifeboat.edge.source.gce.GceSource;
import dev.lifeboat.edge.source.manual.ManualNotices;
import dev.lifeboat.edge.source.manual.NoticeEndpoint;
import dev.lifeboat.edge.telemetry.ListenerMeters;
import dev.lifeboat.listener.DeathWatch;
import dev.lifeboat.listener.Holds;
import dev.lifeboat.listener.Listener;
import dev.lifeboat.listener.ProofOfDeath;
import dev.lifeboat.notice.Notice;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.sqs.SqsClient;

/// Starts each source that is turned on, on loops of its own.
final class SourceWiring {
    /// SQS' own maximum: the fewest requests for the same delay.
    private static final int LONG_POLL_SECONDS = 20;

    /// A notice waits for its hook's first heartbeat, but not long.
    private static final Duration SCALING_LIMIT = Duration.ofSeconds(2);

    /// Between two questions about machines past their deadline; most end within seconds of it.
    private static final Duration DEATH_WATCH = Duration.ofSeconds(2);

    /// Between two requests that wait by themselves; only noticed when they fail at once.
    private static final Duration AFTER_AN_OUTAGE = Duration.ofMillis(100);

    private final ListenerConfig config;
    private final Router router;
    private final RunningListener running;
    private final Outside outside;
    private final List<DeathWatch> deaths = new ArrayList<>();
    private @Nullable NoticeMemory memory;

    /// What sources hand things to.
    record Outside(Brokers brokers, Listener listener, Holds holds, ListenerMeters meters, InstantSource clock) {}

    SourceWiring(ListenerConfig config, Router router, RunningListener running, Outside outside) {
        this.config = config;
        this.router = router;
        this.running = running;
        this.outside = outside;
    }

    void begin(SourceSettings settings) {
        switch (settings.source()) {
            case ImdsNotices.SOURCE -> imds(settings);
            case Ec2Events.SOURCE -> sqs(settings);
            case GceNotices.SOURCE -> gce(settings);
            case NodeWatcher.SOURCE -> kubernetes(settings);
            case ManualNotices.SOURCE -> manual(settings);
            case AzureNotices.SOURCE -> azure(settings);
            default -> throw new IllegalArgumentException("no such source: " + settings.source());
        }
    }

    /// To be called once all sources have begun: from here on what the log says is heard by those who need it.
    void listen() {
        if (memory != null) {
            memory.start();
        }
    }

    private void imds(SourceSettings settings) {
        var imds = new Imds(settings.endpoint(), outside.clock);
        running.closing(imds);
        for (ImdsPath path : ImdsPath.values()) {
            var source = new ImdsSource(
                    imds,
                    path,
                    Sources.node(config),
                    settings.trust(),
                    outside.listener,
                    outside.meters,
                    outside.clock);
            running.loops().every(path.cadence(settings.cadence()), path.name(), source::look);
        }
    }

    private void gce(SourceSettings settings) {
        var sources = GceSource.all(settings, Sources.node(config), outside.listener, outside.meters, outside.clock);
        for (GceSource source : sources) {
            running.closing(source);
            running.loops().after(AFTER_AN_OUTAGE, source.about(), source::look);
        }
    }

    private void azure(SourceSettings settings) {
        var source = new AzureSource(
                settings, Sources.node(config), outside.listener, outside.holds, outside.meters, outside.clock);
        running.closing(source);
        running.loops().every(settings.cadence().getOrDefault("events", AzureSource.CADENCE), "azure", source::look);
    }

    private void manual(SourceSettings settings) {
        new NoticeEndpoint(Sources.gate(settings), settings.trust(), outside.listener, outside.meters, outside.clock)
                .mount(router, settings.endpoint().getPath());
    }

    /// Credentials come as the AWS SDK finds them: a pod's role, the instance's, the environment.
    private void sqs(SourceSettings settings) {
        URI queue = settings.endpoint();
        Region region = Region.of(settings.text("region"));
        var sqs = SqsClient.builder()
                .region(region)
                .endpointOverride(URI.create(queue.getScheme() + "://" + queue.getAuthority()))
                .build();
        var ec2 = Ec2Client.builder().region(region).build();
        running.closing(sqs);
        running.closing(ec2);
        var scaling = AutoScalingClient.builder()
                .region(region)
                .overrideConfiguration(limits -> limits.apiCallTimeout(SCALING_LIMIT))
                .build();
        running.closing(scaling);
        var nodes = new Ec2Nodes(ec2, settings.text("cluster-tag"), outside.clock);
        var source = new SqsSource(
                new Queue(sqs, queue.toString(), LONG_POLL_SECONDS),
                nodes,
                scaling,
                outside.holds,
                settings.trust(),
                outside.listener,
                outside.meters,
                outside.clock);
        running.loops().after(AFTER_AN_OUTAGE, "sqs", source::look);
        follow(Ec2Events.SOURCE, nodes);
    }

    /// Needs no node: it watches all of them.
    private void kubernetes(SourceSettings settings) {
        var client = new KubernetesClientBuilder().build();
        running.closing(client);
        var watcher =
                new NodeWatcher(client, settings.trust(), memory(), outside.listener, outside.meters, outside.clock);
        running.closing(watcher);
        if (Sources.provesDeathsByGce(settings)) {
            var proof = new GceDeaths(gceNodes(), watcher::providerId);
            running.closing(proof);
            follow(GceNotices.SOURCE, proof);
        }
    }

    private void follow(String source, ProofOfDeath proof) {
        memory();
        var watch = new DeathWatch(source, proof, outside.listener, outside.meters, outside.clock);
        deaths.add(watch);
        running.loops().after(DEATH_WATCH, "deaths-" + source, watch::look);
    }

    /// A listener of one node has no use for what is said of all.
    private NoticeMemory memory() {
        if (memory == null) {
            memory = new NoticeMemory(outside.brokers, this::heard);
            running.closing(memory);
        }
        return memory;
    }

    private void heard(Notice notice) {
        deaths.forEach(watch -> watch.heard(notice));
    }

    private static GceNodes gceNodes() {
        try {
            return GceNodes.open();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "no credentials for Compute Engine, which proof-of-death: gce needs: " + e.getMessage(), e);
        }
    }
}
