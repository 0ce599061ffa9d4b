package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.kafka.FileSpool;
import dev.lifeboat.edge.kafka.JournalEvacuations;
import dev.lifeboat.edge.kafka.KafkaDeadLetterLog;
import dev.lifeboat.edge.kafka.KafkaNoticeLog;
import dev.lifeboat.edge.kafka.ListenerProducer;
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
import dev.lifeboat.edge.source.gce.GceNotices;
import dev.lifeboat.edge.source.gce.GceSource;
import dev.lifeboat.edge.source.manual.ManualNotices;
import dev.lifeboat.edge.source.manual.NoticeEndpoint;
import dev.lifeboat.edge.telemetry.ListenerMeters;
import dev.lifeboat.listener.DeathWatch;
import dev.lifeboat.listener.Holds;
import dev.lifeboat.listener.Listener;
import dev.lifeboat.listener.NoticeLog;
import dev.lifeboat.notice.Notice;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.vertx.ext.web.Router;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.sqs.SqsClient;

/// The listener of one node: wires the sources that are turned on to the log.
@ApplicationScoped
@Unremovable
class ListenerRole implements QuarkusApplication {
    private static final Logger LOG = Logger.getLogger(ListenerRole.class);
    private static final int EXIT_CANNOT_START = 1;

    /// SQS' own maximum: the fewest requests for the same delay.
    private static final int LONG_POLL_SECONDS = 20;

    /// A notice waits for its hook's first heartbeat, but not long.
    private static final Duration SCALING_LIMIT = Duration.ofSeconds(2);

    /// Between two questions about machines past their deadline; most end within seconds of it.
    private static final Duration DEATH_WATCH = Duration.ofSeconds(2);

    /// Between two requests that wait by themselves; only noticed when they fail at once.
    private static final Duration AFTER_AN_OUTAGE = Duration.ofMillis(100);

    private final ListenerConfig config;
    private final MeterRegistry registry;
    private final Router router;
    private final InstantSource clock = InstantSource.system();
    private final List<Consumer<List<Notice>>> heard = new CopyOnWriteArrayList<>();

    ListenerRole(ListenerConfig config, MeterRegistry registry, Router router) {
        this.router = router;
        this.config = config;
        this.registry = registry;
    }

    @Override
    public int run(String... args) {
        try (var running = start()) {
            LOG.infof("listener started node=%s sources=%s", config.node().orElse("-"), running.sources);
            Quarkus.waitForExit();
            return 0;
        } catch (IOException | IllegalArgumentException e) {
            System.err.println("lifeboat listener: " + e.getMessage());
            return EXIT_CANNOT_START;
        }
    }

    private Running start() throws IOException {
        List<SourceSettings> sources = Sources.chosen(config);
        var meters = new ListenerMeters(
                registry, sources.stream().map(SourceSettings::source).toList());
        var spool = new FileSpool(Path.of(config.spool()), config.spoolRoom());
        var producer = new ListenerProducer(config.kafka(), config.kafkaPatience());
        var listener = new Listener(
                logged(new KafkaNoticeLog(producer)), new KafkaDeadLetterLog(producer), spool, meters, clock);
        var running = new Running(sources.stream().map(SourceSettings::source).toList());
        running.closing(producer);
        producer.warm();
        running.loops.every(Duration.ofSeconds(1), "spool", listener::catchUp);
        var journal = new JournalEvacuations(config.kafka(), clock);
        running.closing(journal);
        var holds = new Holds(journal, config.holdLongest(), meters, clock);
        running.loops.every(Duration.ofSeconds(1), "holds", holds::turn);
        for (SourceSettings source : sources) {
            begin(source, running, listener, holds, meters);
        }
        return running;
    }

    private void begin(
            SourceSettings settings, Running running, Listener listener, Holds holds, ListenerMeters meters) {
        switch (settings.source()) {
            case ImdsNotices.SOURCE -> imds(settings, running, listener, meters);
            case Ec2Events.SOURCE -> sqs(settings, running, listener, holds, meters);
            case GceNotices.SOURCE -> gce(settings, running, listener, meters);
            case NodeWatcher.SOURCE -> kubernetes(settings, running, listener, meters);
            case ManualNotices.SOURCE ->
                new NoticeEndpoint(Sources.gate(settings), settings.trust(), listener, meters, clock)
                        .mount(router, settings.endpoint().getPath());
            case AzureNotices.SOURCE -> {
                var source = new AzureSource(settings, Sources.node(config), listener, holds, meters, clock);
                running.closing(source);
                running.loops.every(
                        settings.cadence().getOrDefault("events", AzureSource.CADENCE), "azure", source::look);
            }
            default -> throw new IllegalArgumentException("no such source: " + settings.source());
        }
    }

    private void imds(SourceSettings settings, Running running, Listener listener, ListenerMeters meters) {
        var imds = new Imds(settings.endpoint(), clock);
        running.closing(imds);
        for (ImdsPath path : ImdsPath.values()) {
            var source = new ImdsSource(imds, path, Sources.node(config), settings.trust(), listener, meters, clock);
            running.loops.every(path.cadence(settings.cadence()), path.name(), source::look);
        }
    }

    private void gce(SourceSettings settings, Running running, Listener listener, ListenerMeters meters) {
        for (GceSource source : GceSource.all(settings, Sources.node(config), listener, meters, clock)) {
            running.closing(source);
            running.loops.after(AFTER_AN_OUTAGE, source.about(), source::look);
        }
    }

    /// Credentials come as the AWS SDK finds them: a pod's role, the instance's, the environment.
    private void sqs(SourceSettings settings, Running running, Listener listener, Holds holds, ListenerMeters meters) {
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
        var nodes = new Ec2Nodes(ec2, settings.text("cluster-tag"), clock);
        var source = new SqsSource(
                new Queue(sqs, queue.toString(), LONG_POLL_SECONDS),
                nodes,
                scaling,
                holds,
                settings.trust(),
                listener,
                meters,
                clock);
        running.loops.after(AFTER_AN_OUTAGE, "sqs", source::look);
        var watch = new DeathWatch(Ec2Events.SOURCE, nodes, listener, meters, clock);
        heard.add(watch::heard);
        running.loops.after(DEATH_WATCH, "deaths", watch::look);
    }

    /// Needs no node: it watches all of them.
    private void kubernetes(SourceSettings settings, Running running, Listener listener, ListenerMeters meters) {
        var client = new KubernetesClientBuilder().build();
        running.closing(client);
        running.closing(new NodeWatcher(client, settings.trust(), listener, meters, clock));
    }

    private NoticeLog logged(NoticeLog log) {
        return notices -> {
            log.append(notices);
            heard.forEach(ear -> ear.accept(notices));
            for (Notice notice : notices) {
                LOG.infof("notice accepted notice=%s", notice);
            }
        };
    }

    /// What has to be ended again, last started first.
    private static final class Running implements AutoCloseable {
        private final List<String> sources;
        private final Loops loops = new Loops();
        private final List<AutoCloseable> open = new ArrayList<>();

        private Running(List<String> sources) {
            this.sources = sources;
        }

        private void closing(AutoCloseable part) {
            open.add(part);
        }

        @Override
        public void close() {
            loops.close();
            for (AutoCloseable part : open.reversed()) {
                try {
                    part.close();
                } catch (Exception e) {
                    LOG.warnf("could not close part=%s why=%s", part, e.getMessage());
                }
            }
        }
    }
}
