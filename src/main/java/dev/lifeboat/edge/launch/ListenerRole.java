package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.kafka.Brokers;
import dev.lifeboat.edge.kafka.FileNotebook;
import dev.lifeboat.edge.kafka.FileSpool;
import dev.lifeboat.edge.kafka.JournalEvacuations;
import dev.lifeboat.edge.kafka.KafkaDeadLetterLog;
import dev.lifeboat.edge.kafka.KafkaNoticeLog;
import dev.lifeboat.edge.kafka.KafkaSettings;
import dev.lifeboat.edge.kafka.ListenerProducer;
import dev.lifeboat.edge.source.SourceSettings;
import dev.lifeboat.edge.telemetry.ListenerMeters;
import dev.lifeboat.listener.Holds;
import dev.lifeboat.listener.Listener;
import dev.lifeboat.listener.NoticeLog;
import dev.lifeboat.notice.Notice;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.vertx.ext.web.Router;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jboss.logging.Logger;

/// The listener of one node: wires the sources that are turned on to the log.
@ApplicationScoped
@Unremovable
class ListenerRole implements QuarkusApplication {
    private static final Logger LOG = Logger.getLogger(ListenerRole.class);
    private static final int EXIT_CANNOT_START = 1;

    private final ListenerConfig config;
    private final KafkaSettings kafka;
    private final MeterRegistry registry;
    private final Router router;
    private final InstantSource clock = InstantSource.system();

    ListenerRole(ListenerConfig config, KafkaSettings kafka, MeterRegistry registry, Router router) {
        this.router = router;
        this.config = config;
        this.kafka = kafka;
        this.registry = registry;
    }

    @Override
    public int run(String... args) {
        try (var running = start()) {
            LOG.infof("listener started node=%s sources=%s", config.node().orElse("-"), running.sources());
            Quarkus.waitForExit();
            return 0;
        } catch (IOException | IllegalArgumentException e) {
            System.err.println("lifeboat listener: " + Roles.words(e));
            return EXIT_CANNOT_START;
        }
    }

    private RunningListener start() throws IOException {
        List<SourceSettings> sources = Sources.chosen(config);
        var meters = new ListenerMeters(
                registry, sources.stream().map(SourceSettings::source).toList());
        var spool = new FileSpool(Path.of(config.spool()), config.spoolRoom());
        Brokers brokers = Brokers.of(config.kafka(), kafka);
        var producer = new ListenerProducer(brokers, config.kafkaPatience());
        var notebook = new FileNotebook(Path.of(config.spool() + ".announced"));
        var listener = new Listener(
                logged(new KafkaNoticeLog(producer)), new KafkaDeadLetterLog(producer), spool, notebook, meters, clock);
        var running =
                new RunningListener(sources.stream().map(SourceSettings::source).toList());
        running.closing(producer);
        producer.warm();
        running.loops().every(Duration.ofSeconds(1), "spool", listener::catchUp);
        var journal = new JournalEvacuations(brokers, clock);
        running.closing(journal);
        var holds = new Holds(journal, config.holdLongest(), meters, clock);
        running.loops().every(Duration.ofSeconds(1), "holds", holds::turn);
        var wiring = new SourceWiring(
                config, router, running, new SourceWiring.Outside(brokers, listener, holds, meters, clock));
        sources.forEach(wiring::begin);
        wiring.listen();
        if (config.node().isPresent()) {
            new Rehearsal(Sources.node(config), producer::answers, listener, clock).begin(running.loops(), sources);
        }
        return running;
    }

    private NoticeLog logged(NoticeLog log) {
        return notices -> {
            log.append(notices);
            for (Notice notice : notices) {
                LOG.infof("notice accepted notice=%s", notice);
            }
        };
    }
}
