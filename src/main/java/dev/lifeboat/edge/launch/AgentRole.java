package dev.lifeboat.edge.launch;

import dev.lifeboat.agent.Agent;
import dev.lifeboat.agent.Alone;
import dev.lifeboat.agent.Background;
import dev.lifeboat.agent.Copied;
import dev.lifeboat.agent.Host;
import dev.lifeboat.agent.LastOrders;
import dev.lifeboat.agent.PreDumper;
import dev.lifeboat.agent.Readiness;
import dev.lifeboat.agent.ReportLog;
import dev.lifeboat.agent.Workloads;
import dev.lifeboat.edge.criu.FailureCode;
import dev.lifeboat.edge.kafka.AgentLink;
import dev.lifeboat.edge.kafka.Brokers;
import dev.lifeboat.edge.kafka.KafkaSettings;
import dev.lifeboat.edge.kafka.SpoolWatch;
import dev.lifeboat.edge.kafka.StandingFiles;
import dev.lifeboat.edge.kafka.Topics;
import dev.lifeboat.edge.objectstore.KeyFile;
import dev.lifeboat.edge.objectstore.KeyWrap;
import dev.lifeboat.edge.objectstore.KmsKeys;
import dev.lifeboat.edge.objectstore.StoreLocation;
import dev.lifeboat.edge.objectstore.StoredCheckpoints;
import dev.lifeboat.edge.telemetry.AgentMeters;
import dev.lifeboat.migration.Report;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteCount;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Wires the agent: orders from Kafka, pages from CRIU, checkpoints to object storage.
@ApplicationScoped
@Unremovable
final class AgentRole implements QuarkusApplication {
    private static final Logger LOG = Logger.getLogger(AgentRole.class);
    private static final int EXIT_CANNOT_START = 1;
    private static final Duration PROGRESS = Duration.ofMillis(250);
    private static final Duration SPOOL = Duration.ofMillis(250);
    private static final Duration COPY_AHEAD = Duration.ofSeconds(1);

    /// Reading what a GiB is mapped as takes some milliseconds, and programs change little in half a minute.
    private static final Duration CHECKUP = Duration.ofSeconds(30);

    /// Kubernetes gives 30 s from SIGTERM to SIGKILL.
    private static final Duration PAGES_ON_THEIR_WAY = Duration.ofSeconds(20);

    private static final Duration RETELL = Duration.ofSeconds(15);
    private static final String S3 = "s3://";

    private final AgentSettings settings;
    private final KafkaSettings kafka;
    private final MeterRegistry registry;
    private final KnownNode known;
    private final InstantSource clock = InstantSource.system();

    AgentRole(AgentSettings settings, KafkaSettings kafka, MeterRegistry registry, KnownNode known) {
        this.settings = settings;
        this.kafka = kafka;
        this.registry = registry;
        this.known = known;
    }

    @Override
    public int run(String... args) throws InterruptedException {
        try (var running = new Running()) {
            start(running);
            Quarkus.waitForExit();
            return 0;
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            System.err.println("lifeboat agent: " + Roles.words(e));
            return EXIT_CANNOT_START;
        }
    }

    /// Finds every mistake that can be found before anything is started.
    static void check(AgentSettings settings) {
        node(settings);
        var _ = Brokers.plain(settings.kafka());
        location(settings);
        var _ = keyFile(settings.store());
        settings.runc().filter(runc -> !Files.isExecutable(runc)).ifPresent(missing -> {
            throw new IllegalArgumentException(missing + ": there is no such program; --runc names runc, such as that"
                    + " of Debian's package runc");
        });
        for (Path file : settings.start().orElse(List.of())) {
            if (!Files.isReadable(file)) {
                throw new IllegalArgumentException(file + ": there is no such workload file; --start names one");
            }
        }
        if (settings.kubelet().address().isEmpty() && !Files.isExecutable(settings.criu())) {
            throw new IllegalArgumentException(
                    settings.criu() + ": there is no such program; --criu names a CRIU, 4.1 or"
                            + " newer, such as that of Debian's package criu");
        }
    }

    private void start(Running running) throws IOException, InterruptedException {
        NodeName node = node(settings);
        Path scratch = Files.createDirectories(settings.scratch().resolve(node.value()));
        var last = new StandingFiles(settings.state());
        var terms = new SaidTerms(last);
        var meters = new AgentMeters(
                registry,
                clock,
                Stream.of(FailureCode.values()).map(FailureCode::code).toList());
        Backend backend =
                Backend.of(new Backend.Site(settings, node, scratch, last, terms::of, meters::failed, running::opened));
        Workloads workloads = backend.workloads();
        var store = new StoredCheckpoints(location(settings), keys(settings.store(), running), storing());
        running.opened(store);
        Thread.ofPlatform().daemon().name("rehearse-sealing").start(store::rehearse);
        var host = new Host(node, backend.dumper(), Machine.kernel(), Machine.model(), scratch);
        var topics = new Topics(settings.partitions());

        var reports = new Outlet(meters);
        var tasks = Executors.newVirtualThreadPerTaskExecutor();
        var outside = new Agent.Outside(
                reports,
                backend.room(),
                clock,
                tasks,
                backend.ahead(),
                backend.lazy(),
                terms::awaited,
                background(backend.readiness(), last, meters));
        var checkpointer = new CountedCheckpointer(backend.checkpointer(), meters::failed);
        var agent = new Agent(host, workloads, checkpointer, store, outside);
        meters.watch(agent::spentAhead);
        var alone = new Alone(host, agent::on, last, new Alone.Outside(reports, clock));
        var link = AgentLink.open(
                Brokers.of(settings.kafka(), kafka), topics, node, new AgentHearer(agent, alone, terms, meters));
        running.opened(link);
        reports.opens(link);
        known.says(link::isHeard);
        running.opened(() -> awaitPages(agent));
        backend.begin().in(running.loops);
        // Memory that is touched for the first time in a freeze lengthens it.
        workloads
                .running()
                .forEach(here -> store.prepare(here.workload().footprint().resident()));
        running.loops.every(PROGRESS, "progress", agent::reportProgress);
        running.loops.after(COPY_AHEAD, "copy-ahead", () -> copied(agent.copyAhead(), meters));
        running.loops.after(settings.telemetry().interval(), "measure", agent::measure);
        running.loops.every(settings.heartbeat(), "heartbeat", agent::reportHeartbeat);
        running.loops.after(
                CHECKUP, "check", () -> agent.found(backend.checkup().get()));
        var spool = new SpoolWatch(settings.spool());
        running.loops.every(SPOOL, "spool", () -> spool.waiting().forEach(alone::told));
        running.loops.every(RETELL, "retell", alone::retell);
        LOG.infof("agent started node=%s dumper=%s", node, backend.dumper());
    }

    private static void awaitPages(Agent agent) throws InterruptedException {
        if (!agent.awaitWhole(PAGES_ON_THEIR_WAY)) {
            LOG.errorf("workloads whose pages have not all come are killed: this agent ends");
        }
    }

    private static void copied(List<Copied> rounds, AgentMeters meters) {
        meters.copied(rounds);
        rounds.forEach(AgentRole::copied);
    }

    private static void copied(Copied round) {
        if (round.trouble() != null) {
            LOG.warnf(
                    "background round failed workload=%s trouble=%s",
                    round.workload().id(), round.trouble());
            return;
        }
        PreDumper.Outcome.Done preDump = round.result().preDump();
        String by = preDump == null
                ? "content"
                : "pre-dump frozen=%s written=%s inherited=%s"
                        .formatted(preDump.frozen(), preDump.written(), preDump.inherited());
        LOG.infof(
                "background round workload=%s read=%s fresh=%s stored=%s took=%s whole=%s by=%s",
                round.workload().id(),
                round.taken().pages(),
                round.taken().fresh(),
                round.taken().stored(),
                round.took(),
                round.whole(),
                by);
    }

    private static Background background(@Nullable Readiness readiness, LastOrders last, AgentMeters meters) {
        return readiness == null
                ? Background.NONE
                : new Background(
                        id -> last.read().flatMap(orders -> orders.keeping(id)),
                        readiness,
                        each -> tried(each, meters));
    }

    private static void tried(Background.Attempt attempt, AgentMeters meters) {
        meters.tried(attempt);
        if (attempt.result() == Background.Result.COMPLETE) {
            LOG.infof(
                    "background checkpoint workload=%s frozen=%s took=%s",
                    attempt.workload().id(), attempt.frozen(), attempt.took());
        } else {
            LOG.warnf(
                    "no background checkpoint workload=%s why=%s took=%s detail=%s",
                    attempt.workload().id(), attempt.result(), attempt.took(), attempt.detail());
        }
    }

    private static NodeName node(AgentSettings settings) {
        return new NodeName(
                NodeOptions.given(settings.node(), "which node is this? Give --node NAME or set LIFEBOAT_AGENT_NODE"));
    }

    private static StoreLocation location(AgentSettings settings) {
        var store = settings.store();
        String place = NodeOptions.given(
                store.location(), "where do checkpoints go? Give --store s3://BUCKET[/PREFIX] or a folder");
        if (!place.startsWith(S3)) {
            return new StoreLocation.Folder(Path.of(place));
        }
        return StoreLocation.S3.at(
                place.substring(S3.length()),
                store.endpoint().orElse(null),
                store.region(),
                credentials(store),
                store.timeout());
    }

    private StoredCheckpoints.Settings storing() {
        var usual = StoredCheckpoints.Settings.usual();
        return new StoredCheckpoints.Settings(
                settings.store().codec(),
                ByteCount.ofMebi(settings.store().memoryMebibytes()),
                usual.workers(),
                settings.store().streams());
    }

    private static StoreLocation.@Nullable Credentials credentials(AgentSettings.Store store) {
        if (store.accessKey().isEmpty() || store.secretKey().isEmpty()) {
            return null;
        }
        return new StoreLocation.Credentials(
                store.accessKey().get(), store.secretKey().get());
    }

    private static @Nullable KeyFile keyFile(AgentSettings.Store store) {
        KeyFile file = store.keyFile().map(KeyFile::read).orElse(null);
        if (file == null && store.kms().isEmpty()) {
            throw new IllegalArgumentException("checkpoints are always encrypted and there is no default key: give"
                    + " --key-file FILE, or --kms KEY; make a file with: head -c 32 /dev/urandom | base64 > FILE");
        }
        return file;
    }

    private static KeyWrap keys(AgentSettings.Store store, Running running) {
        KeyFile file = keyFile(store);
        if (store.kms().isEmpty()) {
            return Objects.requireNonNull(file);
        }
        var place = new KmsKeys.Place(
                store.kms().get(),
                store.kmsEndpoint().orElse(null),
                store.region(),
                credentials(store),
                store.timeout());
        var kms = new KmsKeys(place, file);
        running.opened(kms);
        // It may be back by the time of a notice: no reason not to start.
        kms.lack().ifPresent(why -> LOG.warnf("no checkpoint can be sealed now why=%s", why));
        return kms;
    }

    /// What has to be ended again, last started first.
    private static final class Running implements AutoCloseable {
        private final Loops loops = new Loops();
        private final Deque<AutoCloseable> open = new ArrayDeque<>();

        void opened(AutoCloseable each) {
            open.push(each);
        }

        @Override
        public void close() {
            loops.close();
            for (AutoCloseable each : open) {
                try {
                    each.close();
                } catch (Exception broken) {
                    LOG.warnf(broken, "could not be closed: %s", each);
                }
            }
        }
    }

    /// An order may come before we hold the link that brought it: whoever answers waits that moment.
    private static final class Outlet implements ReportLog {
        private final CompletableFuture<AgentLink> link = new CompletableFuture<>();
        private final AgentMeters meters;

        private Outlet(AgentMeters meters) {
            this.meters = meters;
        }

        void opens(AgentLink opened) {
            link.complete(opened);
        }

        @Override
        public void append(Report report) {
            if (!(report instanceof Report.Heartbeat) && !(report instanceof Report.SaveProgress)) {
                LOG.infof("report %s", report);
            }
            meters.said(report);
            link.join().send(report);
        }
    }
}
