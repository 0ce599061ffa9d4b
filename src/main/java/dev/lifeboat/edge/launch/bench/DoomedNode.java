package dev.lifeboat.edge.launch.bench;

import dev.lifeboat.agent.Agent;
import dev.lifeboat.agent.Ahead;
import dev.lifeboat.agent.CheckpointStore;
import dev.lifeboat.agent.Checkpointer;
import dev.lifeboat.agent.Evacuee;
import dev.lifeboat.agent.Host;
import dev.lifeboat.agent.PageSink;
import dev.lifeboat.agent.PageSource;
import dev.lifeboat.agent.Workloads;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.edge.demo.imds.Imds;
import dev.lifeboat.edge.kafka.AgentLink;
import dev.lifeboat.edge.kafka.Brokers;
import dev.lifeboat.edge.kafka.FileSpool;
import dev.lifeboat.edge.kafka.KafkaDeadLetterLog;
import dev.lifeboat.edge.kafka.KafkaNoticeLog;
import dev.lifeboat.edge.kafka.ListenerProducer;
import dev.lifeboat.edge.kafka.Topics;
import dev.lifeboat.edge.source.Answer;
import dev.lifeboat.edge.source.ec2.ImdsNotices;
import dev.lifeboat.edge.source.ec2.ImdsPath;
import dev.lifeboat.edge.source.ec2.ImdsSource;
import dev.lifeboat.edge.telemetry.ListenerMeters;
import dev.lifeboat.listener.Listener;
import dev.lifeboat.listener.NoticeLog;
import dev.lifeboat.listener.Trust;
import dev.lifeboat.migration.Order;
import dev.lifeboat.migration.StandingOrders;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/// One node with a metadata service, the production listener and the production agent; and, beside them, somebody who
/// asks the same service every two seconds. The agent's checkpointer only notes when it was first asked to dump.
final class DoomedNode implements AutoCloseable {
    /// aws-node-termination-handler's monitors tick every 2 s (cmd/node-termination-handler.go, v1.25, read 2026-11).
    static final Duration RIVAL_TICK = Duration.ofSeconds(2);

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Duration KAFKA = Duration.ofSeconds(10);
    private static final int WINDOW_SECONDS = 120;
    private static final WorkloadId VICTIM = new WorkloadId("bench", "victim");

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final CountDownLatch known = new CountDownLatch(1);
    private final CompletableFuture<Long> seen = new CompletableFuture<>();
    private final CompletableFuture<Long> durable = new CompletableFuture<>();
    private final CompletableFuture<Long> ordered = new CompletableFuture<>();
    private final CompletableFuture<Long> acted = new CompletableFuture<>();
    private final CompletableFuture<Long> rival = new CompletableFuture<>();
    private final Imds imds;

    /// When what happened, in milliseconds after the notice was put.
    record Reaction(double seen, double durable, double ordered, double acted, double rival) {}

    /// @param store that the agent asks whether the checkpoint is there already
    /// @param folder of its own
    record Place(Brokers brokers, Topics topics, CheckpointStore store, Path folder) {}

    DoomedNode(NodeName node, Place place, RandomGenerator random) throws IOException {
        imds = keep(Imds.local());
        URI endpoint = URI.create("http://127.0.0.1:" + imds.address().getPort());
        listener(node, place, endpoint, random);
        agent(node, place, random);
        var other = keep(new dev.lifeboat.edge.source.ec2.Imds(endpoint, InstantSource.system()));
        every(RIVAL_TICK, random, () -> {
            if (other.get(ImdsPath.INSTANCE_ACTION.path()) instanceof Answer.Present) {
                rival.complete(System.nanoTime());
            }
        });
    }

    /// Waits until the orchestrator knows the node, announces its end, and waits for what follows.
    ///
    /// @param after that the node is known; so that notices do not come in step with anything
    Reaction doom(Duration after) throws InterruptedException, IOException {
        if (!known.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IOException("the orchestrator does not know the node after " + PATIENCE);
        }
        LockSupport.parkNanos(after.toNanos());
        String time = Instant.now()
                .plusSeconds(WINDOW_SECONDS)
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
        var put = HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                        + imds.controlAddress().getPort() + "/latest/meta-data/" + ImdsPath.INSTANCE_ACTION.path()))
                .PUT(HttpRequest.BodyPublishers.ofString("{\"action\":\"terminate\",\"time\":\"" + time + "\"}"))
                .build();
        try (var cloud = HttpClient.newHttpClient()) {
            long start = System.nanoTime();
            cloud.send(put, HttpResponse.BodyHandlers.discarding());
            return new Reaction(
                    millis(start, seen),
                    millis(start, durable),
                    millis(start, ordered),
                    millis(start, acted),
                    millis(start, rival));
        }
    }

    /// Requests that the metadata service has answered.
    long polls() {
        return imds.polls();
    }

    @Override
    public void close() throws IOException {
        for (AutoCloseable each : open) {
            try {
                each.close();
            } catch (Exception broken) {
                throw new IOException("could not be closed: " + each, broken);
            }
        }
    }

    private void listener(NodeName node, Place place, URI endpoint, RandomGenerator random) throws IOException {
        var producer = keep(new ListenerProducer(place.brokers(), KAFKA));
        producer.warm();
        var log = new KafkaNoticeLog(producer);
        NoticeLog timed = notices -> {
            seen.complete(System.nanoTime());
            log.append(notices);
            durable.complete(System.nanoTime());
        };
        var meters = new ListenerMeters(new SimpleMeterRegistry(), List.of(ImdsNotices.SOURCE));
        var spool = new FileSpool(place.folder().resolve("spool"), 100);
        var clock = InstantSource.system();
        var listener = new Listener(timed, new KafkaDeadLetterLog(producer), spool, meters, clock);
        var client = keep(new dev.lifeboat.edge.source.ec2.Imds(endpoint, clock));
        for (ImdsPath path : ImdsPath.values()) {
            var source = new ImdsSource(client, path, node, Trust.FULL, listener, meters, clock);
            every(path.cadence(Map.of()), random, source::look);
        }
    }

    private void agent(NodeName node, Place place, RandomGenerator random) {
        var host = new Host(node, "bench", "bench", "bench", place.folder());
        var link = new CompletableFuture<AgentLink>();
        var tasks = Executors.newVirtualThreadPerTaskExecutor();
        var agent = new Agent(
                host,
                new OneWorkload(place.folder()),
                new FirstAction(acted),
                place.store(),
                new Agent.Outside(
                        report -> link.join().send(report), () -> null, InstantSource.system(), tasks, Ahead.NONE));
        open.push(tasks::shutdownNow);
        link.complete(keep(AgentLink.open(place.brokers(), place.topics(), node, new AgentLink.Ear() {
            @Override
            public void on(Order order) {
                if (order instanceof Order.Save) {
                    ordered.complete(System.nanoTime());
                }
                agent.on(order);
            }

            @Override
            public void on(StandingOrders orders) {
                known.countDown();
            }

            @Override
            public void on(Notice notice) {}

            @Override
            public void unreadable(String reason) {
                acted.completeExceptionally(new IOException("an order could not be read: " + reason));
            }
        })));
        every(Duration.ofSeconds(1), random, agent::reportHeartbeat);
    }

    private <C extends AutoCloseable> C keep(C opened) {
        open.push(opened);
        return opened;
    }

    private interface Turn {
        void run() throws InterruptedException;
    }

    /// On a thread of its own, in no step with the others.
    private void every(Duration cadence, RandomGenerator random, Turn turn) {
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().factory());
        var _ = thread.scheduleAtFixedRate(
                () -> {
                    try {
                        turn.run();
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    }
                },
                random.nextLong(cadence.toNanos()),
                cadence.toNanos(),
                TimeUnit.NANOSECONDS);
        open.push(thread::shutdownNow);
    }

    private static double millis(long start, CompletableFuture<Long> when) throws InterruptedException, IOException {
        try {
            return (when.get(PATIENCE.toSeconds(), TimeUnit.SECONDS) - start) / 1e6;
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("a notice led to nothing within " + PATIENCE, e);
        }
    }

    /// Its first call is the first save action: what follows is the pipe's bench.
    private record FirstAction(CompletableFuture<Long> acted) implements Checkpointer {
        @Override
        public DumpOutcome dump(Source source, PageSink pages, OnCaptured verdict) {
            acted.complete(System.nanoTime());
            return new DumpOutcome.Thawed(Duration.ZERO);
        }

        @Override
        public RestoreOutcome restore(Path metadata, PageSource pages, OnRestored gate) {
            return new RestoreOutcome.Failed("bench", "nothing is restored in this bench");
        }
    }

    private record OneWorkload(Path folder) implements Workloads {
        private static final Evacuee EVACUEE = new Evacuee(
                new Workload(
                        VICTIM, "Process", "bench", Map.of(), new Footprint(ByteCount.ofMebi(64), ByteCount.ZERO, 1)),
                ProcessHandle.current().pid(),
                null);

        @Override
        public List<Evacuee> running() {
            return List.of(EVACUEE);
        }

        @Override
        public Optional<Evacuee> find(WorkloadId id) {
            return Optional.of(EVACUEE);
        }

        @Override
        public Path folder(WorkloadId id) {
            return folder.resolve("workload");
        }

        @Override
        public void adopt(WorkloadId id, long pid, CheckpointId from) {}

        @Override
        public void tell(WorkloadId id) {}

        @Override
        public void kill(WorkloadId id) {}
    }
}
