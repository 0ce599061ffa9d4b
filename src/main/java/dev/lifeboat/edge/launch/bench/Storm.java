package dev.lifeboat.edge.launch.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.edge.kafka.Brokers;
import dev.lifeboat.edge.kafka.Passage;
import dev.lifeboat.edge.kafka.Topics;
import dev.lifeboat.edge.kafka.Wire;
import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.MigrationEvent.MigrationBegun;
import dev.lifeboat.migration.Report;
import dev.lifeboat.migration.SetAsideReason;
import dev.lifeboat.notice.Action;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.Notice;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.quantity.ByteRate;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Notices of many nodes at once, sent by this process, and what the journal says of them.
final class Storm implements AutoCloseable {
    /// The same storm every time.
    private static final long SEED = 42;

    private static final int SIGHTINGS = 5;
    private static final double POISON = 0.01;
    private static final double FOREIGN = 0.10;
    /// Within the quarter of an hour before a deadline in which the orchestrator acts, and longer than any run.
    private static final Duration WINDOW = Duration.ofMinutes(10);
    private static final String FOREIGN_NAME = "foreign-";
    private static final JsonMapper JSON = new JsonMapper();
    private static final String GARBAGE = "{\"v\":1,\"type\":\"preemption\",\"node\":";

    private final Topics topics;
    private final Plan plan;
    private final KafkaProducer<byte[], byte[]> producer;
    private final List<Letter> letters;
    private int blown;

    /// First sent, by node; monotonic nanoseconds.
    private final Map<NodeName, Long> sent = new ConcurrentHashMap<>();

    private final Map<NodeName, AtomicInteger> begun = new ConcurrentHashMap<>();
    private final Map<NodeName, Double> decidedMillis = new ConcurrentHashMap<>();
    private final AtomicInteger foreignSetAside = new AtomicInteger();
    private final Map<String, Integer> deadLetters = new ConcurrentHashMap<>();
    private final AtomicLong lastDecision = new AtomicLong();

    /// Each node says the same all the time: made once, so that the bench leaves the processor to those it measures.
    private final Map<Integer, byte[]> heartbeats = new ConcurrentHashMap<>();

    /// @param over how long the notices take to come; zero for all at once
    record Plan(int nodes, int workloads, Duration over, Duration heartbeat) {
        int notices() {
            return nodes * SIGHTINGS;
        }

        int poison() {
            return (int) (notices() * POISON);
        }

        int foreign() {
            return (int) (notices() * FOREIGN);
        }
    }

    private record Letter(NodeName node, String value) {}

    Storm(Brokers brokers, Topics topics, Plan plan) {
        this.topics = topics;
        this.plan = plan;
        this.letters = letters(plan);
        producer = new KafkaProducer<>(
                // One at a time: a partition that is still being made may take a later request before an earlier one.
                brokers.config(Map.of("linger.ms", 5, "max.in.flight.requests.per.connection", 1)),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /// Every node says once who runs there.
    void introduceAll() {
        IntStream.range(0, plan.nodes()).forEach(this::introduce);
        producer.flush();
    }

    /// Says it again for every node, at their pace, until interrupted.
    void keepIntroducing() {
        for (int node = 0; !Thread.currentThread().isInterrupted(); node = (node + 1) % plan.nodes()) {
            introduce(node);
            LockSupport.parkNanos(plan.heartbeat().toNanos() / plan.nodes());
        }
    }

    Passage observe(Brokers brokers) {
        return Passage.decisions(brokers, topics, this::saw, this::buried);
    }

    /// Sends everything, spread evenly over the plan's time. Returns when the last record is in the log.
    void blow() {
        long start = System.nanoTime();
        long gap = plan.over().toNanos() / letters.size();
        for (int index = 0; index < letters.size(); index++) {
            Letter letter = letters.get(index);
            long due = start + index * gap;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            // From when it was due, not from when we came round to sending it.
            send(letter, gap == 0 ? System.nanoTime() : due);
        }
        producer.flush();
    }

    /// Sends this part of everything at once, and the next part the next time.
    void blow(double part) {
        int until = (int) Math.min(letters.size(), Math.ceil(blown + part * letters.size()));
        for (; blown < until; blown++) {
            send(letters.get(blown), System.nanoTime());
        }
        producer.flush();
    }

    private void send(Letter letter, long since) {
        sent.putIfAbsent(letter.node(), since);
        send(Topics.NOTICES, letter.node(), letter.value().getBytes(StandardCharsets.UTF_8));
    }

    /// Whether every known node's workloads have begun to move, every foreign notice is set aside, and every poison is
    /// a dead letter.
    boolean settled() {
        return decidedMillis.size() == plan.nodes()
                && foreignSetAside.get() >= plan.foreign()
                && deadLetters.values().stream().mapToInt(Integer::intValue).sum() >= plan.poison();
    }

    /// By reason.
    Map<String, Integer> deadLetters() {
        return Map.copyOf(deadLetters);
    }

    int nodesDecided() {
        return decidedMillis.size();
    }

    int migrationsBegun() {
        return begun.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    int foreignSetAside() {
        return foreignSetAside.get();
    }

    /// From the first notice's due time to the last decision that we saw.
    Duration took() {
        long first = sent.values().stream().mapToLong(Long::longValue).min().orElse(0);
        return Duration.ofNanos(lastDecision.get() - first);
    }

    Spread decision() {
        return Spread.of(decidedMillis.values());
    }

    @Override
    public void close() {
        producer.close();
    }

    private void saw(JournalEvent event) {
        if (event instanceof MigrationBegun began) {
            begun(began.subject().home());
        } else if (event instanceof JournalEvent.NoticeSetAside aside
                && aside.reason() == SetAsideReason.UNKNOWN_NODE
                && aside.notice().node().value().startsWith(FOREIGN_NAME)) {
            foreignSetAside.incrementAndGet();
        }
    }

    private void buried(byte[] letter) {
        try {
            deadLetters.merge(JSON.readTree(letter).path("reason").asText(), 1, Integer::sum);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A node is decided on once the last of its workloads has its migration; the orders are in the same transaction.
    private void begun(NodeName node) {
        long now = System.nanoTime();
        int count = begun.computeIfAbsent(node, _ -> new AtomicInteger()).incrementAndGet();
        Long since = sent.get(node);
        if (count == plan.workloads() && since != null) {
            decidedMillis.put(node, (now - since) / 1e6);
            lastDecision.set(now);
        }
    }

    private static List<Letter> letters(Plan plan) {
        var letters = new ArrayList<Letter>();
        Instant now = Instant.now();
        for (int node = 0; node < plan.nodes(); node++) {
            letters.addAll(sightings(name(node), now));
        }
        for (int foreign = 0; foreign < plan.foreign(); foreign++) {
            var node = new NodeName(FOREIGN_NAME + foreign);
            letters.add(new Letter(node, text(preemption(node, "ec2-sqs", now))));
        }
        for (int poison = 0; poison < plan.poison(); poison++) {
            letters.add(new Letter(new NodeName("poison-" + poison), GARBAGE));
        }
        Collections.shuffle(letters, new Random(SEED));
        return letters;
    }

    /// The metadata service twice, a queue, a taint, and the queue's word again.
    private static List<Letter> sightings(NodeName node, Instant now) {
        Notice metadata = preemption(node, "ec2-imds", now);
        Notice queue = preemption(node, "ec2-sqs", now);
        Notice taint = new Notice.Drain(
                NoticeId.of("kubernetes", node.value()), node, "kubernetes", now, WINDOW.plusMinutes(1));
        return List.of(metadata, metadata, queue, queue, taint).stream()
                .map(notice -> new Letter(node, text(notice)))
                .toList();
    }

    private static String text(Notice notice) {
        return new String(Wire.NOTICES.write(notice), StandardCharsets.UTF_8);
    }

    private static Notice preemption(NodeName node, String source, Instant now) {
        var id = NoticeId.of(source, node.value());
        return new Notice.Preemption(id, node, source, now, now.plus(WINDOW), Action.TERMINATE);
    }

    private void introduce(int number) {
        send(Topics.TELEMETRY, name(number), heartbeats.computeIfAbsent(number, this::heartbeat));
    }

    private byte[] heartbeat(int number) {
        List<Workload> workloads = IntStream.range(0, plan.workloads())
                .mapToObj(each -> workload(number, each))
                .toList();
        return Wire.REPORTS.write(
                new Report.Heartbeat(name(number), Instant.now(), workloads, new ByteRate(1e8), true, null));
    }

    private static Workload workload(int node, int number) {
        return new Workload(
                new WorkloadId("storm", "w-" + node + "-" + number),
                "StatefulSet",
                "class-" + number,
                Map.of(),
                new Footprint(ByteCount.ofMebi(512), ByteCount.ZERO, 8));
    }

    private void send(String topic, NodeName node, byte[] value) {
        byte[] key = node.value().getBytes(StandardCharsets.UTF_8);
        var _ = producer.send(new ProducerRecord<>(topic, topics.partitionOf(node.value()), key, value));
    }

    static NodeName name(int number) {
        return new NodeName("node-" + number);
    }

    /// Waits for [#settled].
    ///
    /// @return whether it came about
    boolean await(Duration patience) {
        long giveUp = System.nanoTime() + patience.toNanos();
        while (!settled() && System.nanoTime() < giveUp) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        return settled();
    }
}
