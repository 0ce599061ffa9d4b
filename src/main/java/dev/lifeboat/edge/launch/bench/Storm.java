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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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

    /// Heartbeats of thousands of nodes come from this one process, so that it does not measure itself.
    private static final int LIVES_LINGER_MILLIS = 50;

    private static final String GARBAGE = "{\"v\":1,\"type\":\"preemption\",\"node\":";

    private final Topics topics;
    private final Plan plan;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaProducer<byte[], byte[]> lives;
    private final List<Letter> letters;
    private int blown;

    /// The first notice's time in Kafka, by node.
    private final Map<NodeName, Instant> told = new ConcurrentHashMap<>();

    /// When it should have been sent.
    private final Map<NodeName, Instant> due = new ConcurrentHashMap<>();

    private final Map<NodeName, AtomicInteger> begun = new ConcurrentHashMap<>();
    private final Map<NodeName, Instant> decided = new ConcurrentHashMap<>();
    private final AtomicInteger foreignSetAside = new AtomicInteger();
    private final Map<String, Integer> deadLetters = new ConcurrentHashMap<>();

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
        producer = producer(brokers, 0);
        lives = producer(brokers, LIVES_LINGER_MILLIS);
    }

    private static KafkaProducer<byte[], byte[]> producer(Brokers brokers, int lingerMillis) {
        return new KafkaProducer<>(
                // One at a time: a partition that is still being made may take a later request before an earlier one.
                brokers.config(Map.of("linger.ms", lingerMillis, "max.in.flight.requests.per.connection", 1)),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /// Every node says once who runs there.
    void introduceAll() {
        IntStream.range(0, plan.nodes()).forEach(this::introduce);
        lives.flush();
    }

    /// Says it again for every node, at their pace, until interrupted.
    void keepIntroducing() {
        for (int node = 0; !Thread.currentThread().isInterrupted(); node = (node + 1) % plan.nodes()) {
            introduce(node);
            LockSupport.parkNanos(plan.heartbeat().toNanos() / plan.nodes());
        }
    }

    Passage observe(Brokers brokers) {
        return Passage.decisions(
                brokers,
                topics,
                Set.of(MigrationBegun.class, JournalEvent.NoticeSetAside.class),
                this::saw,
                this::buried);
    }

    /// Sends everything, spread evenly over the plan's time. Returns when the last record is in the log.
    void blow() {
        Instant start = Instant.now();
        Duration gap = plan.over().dividedBy(letters.size());
        for (int index = 0; index < letters.size(); index++) {
            Instant then = start.plus(gap.multipliedBy(index));
            for (long early = nanosUntil(then); early > 0; early = nanosUntil(then)) {
                LockSupport.parkNanos(early);
            }
            send(letters.get(index), gap.isZero() ? Instant.now() : then);
        }
        producer.flush();
    }

    private static long nanosUntil(Instant then) {
        return Duration.between(Instant.now(), then).toNanos();
    }

    /// Sends this part of everything at once, and the next part the next time.
    void blow(double part) {
        int until = (int) Math.min(letters.size(), Math.ceil(blown + part * letters.size()));
        for (; blown < until; blown++) {
            send(letters.get(blown), Instant.now());
        }
        producer.flush();
    }

    private void send(Letter letter, Instant since) {
        due.putIfAbsent(letter.node(), since);
        var record = record(Topics.NOTICES, letter.node(), letter.value().getBytes(StandardCharsets.UTF_8));
        var _ = producer.send(record, (where, failure) -> {
            if (failure == null) {
                told.merge(letter.node(), Instant.ofEpochMilli(where.timestamp()), Storm::earlier);
            }
        });
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    /// Whether every known node's workloads have begun to move, every foreign notice is set aside, and every poison is
    /// a dead letter.
    boolean settled() {
        return decided.size() == plan.nodes()
                && foreignSetAside.get() >= plan.foreign()
                && deadLetters.values().stream().mapToInt(Integer::intValue).sum() >= plan.poison();
    }

    /// By reason.
    Map<String, Integer> deadLetters() {
        return Map.copyOf(deadLetters);
    }

    int nodesDecided() {
        return decided.size();
    }

    int migrationsBegun() {
        return begun.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    int foreignSetAside() {
        return foreignSetAside.get();
    }

    /// From the first notice's due time to the last decision that we saw.
    Duration took() {
        Instant first = due.values().stream().min(Comparator.naturalOrder()).orElse(Instant.EPOCH);
        return Duration.between(
                first, decided.values().stream().max(Comparator.naturalOrder()).orElse(first));
    }

    /// From a node's first notice, by its time in Kafka, until its decision had come here as committed.
    Spread decision() {
        return since(told);
    }

    /// The same from when that notice should have been sent: with what this process was late.
    Spread fromDue() {
        return since(due);
    }

    private Spread since(Map<NodeName, Instant> began) {
        return Spread.of(decided.entrySet().stream()
                .filter(each -> began.containsKey(each.getKey()))
                .map(each -> Duration.between(began.get(each.getKey()), each.getValue())
                                .toNanos()
                        / 1e6)
                .toList());
    }

    @Override
    public void close() {
        producer.close();
        lives.close();
    }

    private void saw(JournalEvent event, Instant cameAt) {
        if (event instanceof MigrationBegun began) {
            begun(began.subject().home(), cameAt);
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
    private void begun(NodeName node, Instant cameAt) {
        int count = begun.computeIfAbsent(node, _ -> new AtomicInteger()).incrementAndGet();
        if (count == plan.workloads()) {
            decided.put(node, cameAt);
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
        var _ = lives.send(record(Topics.TELEMETRY, name(number), heartbeats.computeIfAbsent(number, this::written)));
    }

    private byte[] written(int number) {
        return Wire.REPORTS.write(heartbeat(number));
    }

    /// What the node's agent says.
    Report.Heartbeat heartbeat(int number) {
        List<Workload> workloads = IntStream.range(0, plan.workloads())
                .mapToObj(each -> workload(number, each))
                .toList();
        return new Report.Heartbeat(name(number), Instant.now(), workloads, new ByteRate(1e8), true, null);
    }

    private static Workload workload(int node, int number) {
        return new Workload(
                new WorkloadId("storm", "w-" + node + "-" + number),
                "StatefulSet",
                "class-" + number,
                Map.of(),
                new Footprint(ByteCount.ofMebi(512), ByteCount.ZERO, 8));
    }

    private ProducerRecord<byte[], byte[]> record(String topic, NodeName node, byte[] value) {
        byte[] key = node.value().getBytes(StandardCharsets.UTF_8);
        return new ProducerRecord<>(topic, topics.partitionOf(node.value()), key, value);
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
