package dev.lifeboat.edge.telemetry;

import static dev.lifeboat.edge.telemetry.Metric.Kind.BYTES;
import static dev.lifeboat.edge.telemetry.Metric.Kind.COUNTER;
import static dev.lifeboat.edge.telemetry.Metric.Kind.DURATION;
import static dev.lifeboat.edge.telemetry.Metric.Kind.GAUGE;
import static dev.lifeboat.edge.telemetry.Metric.Kind.RATIO;
import static dev.lifeboat.edge.telemetry.Metric.Kind.SECONDS;
import static dev.lifeboat.edge.telemetry.Role.AGENT;
import static dev.lifeboat.edge.telemetry.Role.EVERY;
import static dev.lifeboat.edge.telemetry.Role.LISTENER;
import static dev.lifeboat.edge.telemetry.Role.ORCHESTRATOR;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;

/// Every metric that Lifeboat has, and the only place where meters are made. Asking twice for the same series gives the
/// same meter, so whoever counts pre-creates its series by asking once: one that is born with its first event is
/// invisible to `increase()`.
///
/// The reference page is drawn from this and from a scrape.
enum Metric {
    BUILD_INFO(EVERY, GAUGE, "build.info", "Always 1; says what runs.", Label.ROLE, Label.VERSION),

    NOTICES(LISTENER, COUNTER, "notices", "Letters from sources, by what came of them.", Label.SOURCE, Label.OUTCOME),
    NOTICES_REJECTED(
            LISTENER,
            COUNTER,
            "notices.rejected",
            "What should have been a notice and is none, by reason; it lies in the dead letters.",
            Label.SOURCE,
            Label.REASON),
    NOTICE_LAG(LISTENER, DURATION, "notice.lag", "From receipt of a notice until it is in the log.", Label.SOURCE),
    HOLDS(
            LISTENER,
            COUNTER,
            "holds",
            "What a cloud waits for us with, such as a lifecycle hook, by what happens to it.",
            Label.SOURCE,
            Label.STEP),
    LISTENER_FAILURES(
            LISTENER,
            COUNTER,
            "listener.failures",
            "Looks that the source did not answer, which is not the same as nothing announced.",
            Label.SOURCE),
    LISTENER_HEARTBEAT(
            LISTENER,
            SECONDS,
            "listener.heartbeat.timestamp",
            "When the source last answered, whatever it said; 0 for never.",
            Label.SOURCE),

    PARTITIONS(ORCHESTRATOR, GAUGE, "partitions", "Partitions that orchestrators share, as configured."),
    PARTITIONS_OWNED(
            ORCHESTRATOR, GAUGE, "partitions.owned", "Partitions that this process decides for; summed, all of them."),
    DECISIONS(ORCHESTRATOR, COUNTER, "decisions", "Events that this process made durable in the journal.", Label.EVENT),
    ORDERS(
            ORCHESTRATOR,
            COUNTER,
            "orders",
            "Orders that this process sent, repetitions included; a canary is an `echo`.",
            Label.ORDER),
    DEAD_LETTERS(
            ORCHESTRATOR,
            COUNTER,
            "dead.letters",
            "Records of the topics that could not be made sense of.",
            Label.REASON),
    CANARY(
            ORCHESTRATOR,
            DURATION,
            "canary",
            "From the listener's word to the hop, as far as the clocks of their machines agree.",
            Label.HOP),
    CANARY_SUCCESS(
            ORCHESTRATOR,
            SECONDS,
            "canary.success.timestamp",
            "When an agent's answer to a canary was last heard of; 0 for never since the start."),
    NODES(
            ORCHESTRATOR,
            GAUGE,
            "nodes",
            "Nodes that were heard of within the last hour, as every orchestrator sees all of them.",
            Label.STATE),
    DOUBLE_RUNS(
            ORCHESTRATOR,
            GAUGE,
            "double.runs",
            "Workloads that two agents said to run, at two looks ten seconds apart: must be 0."),
    NO_COMPATIBLE_DESTINATION(
            ORCHESTRATOR,
            GAUGE,
            "no.compatible.destination",
            "Running workloads that could be restored nowhere, should their node go now."),
    NO_COMPATIBLE_DESTINATION_REASON(
            ORCHESTRATOR,
            GAUGE,
            "no.compatible.destination.reason",
            "Of those, how many each reason keeps from some node.",
            Label.REASON),
    CANNOT_BE_SAVED(
            ORCHESTRATOR,
            GAUGE,
            "cannot.be.saved",
            "Running workloads that hold what CRIU cannot dump, by what it is; one with two is counted twice.",
            Label.REASON),
    NODES_LACKING(
            ORCHESTRATOR,
            GAUGE,
            "nodes.lacking",
            "Nodes that were heard of within a minute whose agents miss what saves can use, by `lifeboat check`'s code.",
            Label.CAPABILITY),
    WORK_AT_RISK(
            ORCHESTRATOR,
            SECONDS,
            "work.at.risk",
            "Since the longest running workload began here or was restored: what would be lost of it, should its node die without a word."),
    COPIES_OVERDUE(
            ORCHESTRATOR,
            GAUGE,
            "copies.overdue",
            "Running workloads whose copy ahead is older than twice the interval that their policy and window ask for."),
    POLICIES(
            ORCHESTRATOR,
            GAUGE,
            "policies",
            "Policies, by whether plans are drawn by them; one with an error counts for nothing.",
            Label.STATE),
    BACKGROUND_CANNOT_FIT(
            ORCHESTRATOR,
            GAUGE,
            "background.cannot.fit",
            "Running workloads under a policy that would not fit into their window, however often they are copied ahead.",
            Label.REASON),
    BACKGROUND_UNKNOWN(
            ORCHESTRATOR,
            GAUGE,
            "background.unknown",
            "Running workloads under a policy of which nobody can say whether they would fit.",
            Label.REASON),
    MIGRATIONS_OPEN(
            ORCHESTRATOR,
            GAUGE,
            "migrations.open",
            "Migrations under way in the partitions of this process, by where the only copy of the memory is.",
            Label.STATE),
    EVACUATIONS(
            ORCHESTRATOR,
            COUNTER,
            "evacuations",
            "Migrations that were closed; a checkpoint that turns up after a loss is counted again, as what it becomes."
                    + " A notice that came after its own deadline counts as one missed.",
            Label.POLICY,
            Label.TRIGGER,
            Label.OUTCOME),
    WINDOW_USED(
            ORCHESTRATOR,
            RATIO,
            "window.used",
            "Share of the grace window, from the notice on, that had passed when the checkpoint was durable.",
            Label.TRIGGER),
    SAVES(ORCHESTRATOR, COUNTER, "saves", "Saves that ended: `stored`, or why not.", Label.OUTCOME),
    RESTORES(ORCHESTRATOR, COUNTER, "restores", "Restores that ended: `resumed`, or why not.", Label.OUTCOME),
    PHASE_DURATION(
            ORCHESTRATOR,
            DURATION,
            "phase.duration",
            "Time between two steps of a migration; only those whose beginning this process saw.",
            Label.PHASE),
    FROZEN(ORCHESTRATOR, DURATION, "frozen", "How long saved workloads stood still for their dump, by their agents."),
    DOWNTIME(ORCHESTRATOR, DURATION, "downtime", "From the freeze until the workload ran elsewhere."),
    WORK_LOST(
            ORCHESTRATOR,
            DURATION,
            "work.lost",
            "Work of workloads that went back to a background checkpoint: since that was taken."),
    CHECKPOINT_BYTES(ORCHESTRATOR, BYTES, "checkpoint", "What checkpoints hold, and what they take up.", Label.KIND),
    RESTORE_PENDING(
            ORCHESTRATOR,
            SECONDS,
            "restore.pending",
            "Age of the oldest checkpoint that no node has been found for; 0 without one.",
            Label.POLICY),
    RESTORE_START_WITHIN(
            ORCHESTRATOR,
            SECONDS,
            "restore.start.within",
            "What the policy allows a checkpoint to wait; the standard of policies for `none` and `other`.",
            Label.POLICY),
    ESTIMATES(
            ORCHESTRATOR,
            COUNTER,
            "estimates",
            "Saves that ended, by whether they did within the p95 bound that the plan went by.",
            Label.WITHIN),
    ESTIMATE_ERROR(
            ORCHESTRATOR,
            RATIO,
            "estimate.error",
            "Time that a stored save took over the p95 bound that the plan went by; 1 is just in time."),
    OBJECTS(
            ORCHESTRATOR,
            COUNTER,
            "objects",
            "Objects of the cluster that show what was decided, by what came of writing them.",
            Label.OUTCOME),
    OBJECTS_BEHIND(
            ORCHESTRATOR,
            GAUGE,
            "objects.behind",
            "Objects that do not say yet what the journal says; 0 most of the time."),

    WORKLOADS(AGENT, GAUGE, "workloads", "Workloads that run here."),
    UPLINK(AGENT, GAUGE, "uplink.bytes.per.second", "Recent throughput to the store; 0 while unknown."),
    DUMP_FAILURES(
            AGENT,
            COUNTER,
            "dump.failures",
            "Dumps and restores that failed, and kubelets found to make none, by code of docs/reference/dump-failures.md.",
            Label.REASON),
    ORDERS_UNREADABLE(AGENT, COUNTER, "orders.unreadable", "Orders that this agent could not make sense of."),
    BACKGROUND_ROUNDS(
            AGENT, COUNTER, "background.rounds", "Rounds that copied a workload ahead of any notice.", Label.OUTCOME),
    BACKGROUND_DURATION(AGENT, DURATION, "background.duration", "How long those took, rests included."),
    BACKGROUND_CPU(
            AGENT,
            COUNTER,
            "background.cpu.seconds",
            "Processor time of the agent while rounds were at work, and of their pre-dumps: at most too much, by what else it did then."),
    BACKGROUND_BYTES(
            AGENT, BYTES, "background", "What rounds read, found to be new, and sent to the store.", Label.KIND),
    BACKGROUND_AGE(
            AGENT,
            SECONDS,
            "background.age",
            "Since the last whole round of the workload that waits longest; 0 while nothing is copied ahead."),
    BACKGROUND_CHECKPOINTS(
            AGENT,
            COUNTER,
            "background.checkpoints",
            "Complete checkpoints of workloads that run on: how they ended, and workloads that do not get ready for one.",
            Label.OUTCOME),
    BACKGROUND_CHECKPOINT_FROZEN(
            AGENT, DURATION, "background.checkpoint.frozen", "How long workloads stood still for those, and went on."),
    BACKGROUND_CHECKPOINT_AGE(
            AGENT,
            SECONDS,
            "background.checkpoint.age",
            "Work that would be lost, did this node die now: since the oldest of the workloads' newest ones; 0 without any.");

    /// What sort of figure it is; gives the meter and the end of its name.
    enum Kind {
        /// Ends in `_total`.
        COUNTER,
        /// Ends in `_bytes_total`.
        BYTES,
        GAUGE,
        /// A gauge; ends in `_seconds`.
        SECONDS,
        /// A histogram; ends in `_seconds`.
        DURATION,
        /// A histogram; ends in `_ratio`.
        RATIO
    }

    /// From one round trip to Kafka up to the longest window that a cloud gives and a slow restore.
    private static final List<Duration> DURATIONS = Stream.of(
                    5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 120_000, 300_000)
            .map(Duration::ofMillis)
            .toList();

    /// One is "just in time"; what lies above is as telling as what lies below.
    private static final double[] RATIOS = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.25, 1.5, 2.0};

    private static final String PREFIX = "lifeboat.";

    private final Role role;
    private final Kind kind;
    private final String base;
    private final String help;

    @SuppressWarnings("ImmutableEnumChecker") // It is a List.of.
    private final List<Label> labels;

    Metric(Role role, Kind kind, String base, String help, Label... labels) {
        this.role = role;
        this.kind = kind;
        this.base = base;
        this.help = help;
        this.labels = List.of(labels);
    }

    Role role() {
        return role;
    }

    Kind kind() {
        return kind;
    }

    String help() {
        return help;
    }

    List<Label> labels() {
        return labels;
    }

    /// As Prometheus has it.
    String exposed() {
        String name = (PREFIX + base).replace('.', '_');
        return switch (kind) {
            case COUNTER -> name + "_total";
            case BYTES -> name + "_bytes_total";
            case GAUGE -> name;
            case SECONDS, DURATION -> name + "_seconds";
            case RATIO -> name + "_ratio";
        };
    }

    /// @param values one for each label, in the order of [#labels]
    Counter counter(MeterRegistry registry, String... values) {
        var builder = Counter.builder(PREFIX + base).description(help).tags(tags(values));
        return (kind == BYTES ? builder.baseUnit("bytes") : builder).register(registry);
    }

    /// A counter that is asked.
    ///
    /// @param source never goes back
    void counter(MeterRegistry registry, DoubleSupplier source, String... values) {
        var _ = FunctionCounter.builder(PREFIX + base, source, DoubleSupplier::getAsDouble)
                .description(help)
                .tags(tags(values))
                .register(registry);
    }

    /// A gauge that is set; 0 at first.
    Level level(MeterRegistry registry, String... values) {
        var level = new Level();
        gauge(registry, level::get, values);
        return level;
    }

    /// A gauge that is asked.
    void gauge(MeterRegistry registry, DoubleSupplier source, String... values) {
        var builder = Gauge.builder(PREFIX + base, source, DoubleSupplier::getAsDouble)
                .strongReference(true)
                .description(help)
                .tags(tags(values));
        var _ = (kind == SECONDS ? builder.baseUnit("seconds") : builder).register(registry);
    }

    Timer timer(MeterRegistry registry, String... values) {
        return Timer.builder(PREFIX + base)
                .description(help)
                .tags(tags(values))
                .serviceLevelObjectives(DURATIONS.toArray(Duration[]::new))
                .register(registry);
    }

    DistributionSummary ratio(MeterRegistry registry, String... values) {
        return DistributionSummary.builder(PREFIX + base)
                .description(help)
                .baseUnit("ratio")
                .tags(tags(values))
                .serviceLevelObjectives(RATIOS)
                .register(registry);
    }

    private List<Tag> tags(String... values) {
        if (values.length != labels.size()) {
            throw new IllegalArgumentException(
                    this + " has " + labels.size() + " labels, not " + values.length + ": " + labels);
        }
        var tags = new ArrayList<Tag>();
        for (int i = 0; i < values.length; i++) {
            tags.add(Tag.of(labels.get(i).key(), values[i]));
        }
        return Collections.unmodifiableList(tags);
    }
}
