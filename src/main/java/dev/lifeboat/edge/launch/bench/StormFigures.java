package dev.lifeboat.edge.launch.bench;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// What a storm came to.
///
/// @param settled whether everything was decided on in time, by an orchestrator that is still the same process
/// @param load the broker in the storm
record StormFigures(Storm.Plan plan, Storm storm, boolean settled, Cost cost, BrokerLoad load) {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final double LATENCY_LIMIT = 200;

    /// @param processor that the orchestrator took meanwhile
    /// @param ourselves processor that this bench took: who sends the notices and heartbeats, and reads the journal
    /// @param peakHeap the largest heap that was seen, garbage included; bytes
    /// @param liveHeap what a collection left at the end; bytes
    /// @param peakResident of the orchestrator's process; bytes
    record Cost(Duration processor, Duration ourselves, long peakHeap, long liveHeap, long peakResident) {}

    Map<String, Boolean> aims() {
        var aims = new LinkedHashMap<String, Boolean>();
        aims.put(
                "every node is decided on, every workload begun exactly once",
                storm.nodesDecided() == plan.nodes() && storm.migrationsBegun() == plan.nodes() * plan.workloads());
        aims.put("every foreign notice is set aside with its reason", storm.foreignSetAside() == plan.foreign());
        aims.put(
                "every poison is a dead letter with its reason",
                storm.deadLetters().equals(plan.poison() == 0 ? Map.of() : Map.of("NOT_JSON", plan.poison())));
        aims.put(
                "all of it within 3 minutes, without a crash",
                settled && storm.took().compareTo(LIMIT) <= 0);
        if (!plan.over().isZero()) {
            aims.put(
                    "p99 from a notice to the decision ≤ 200 ms",
                    storm.decision().p99() <= LATENCY_LIMIT);
        }
        return aims;
    }

    void print(PrintWriter out) {
        String came =
                plan.over().isZero() ? "all at once" : "over " + plan.over().toSeconds() + " s";
        row(out, "STORM of " + plan.nodes() + " nodes with " + plan.workloads() + " workloads each", came);
        int letters = plan.notices() + plan.foreign() + plan.poison();
        row(out, "notices (nodes × 5 + foreign + poison)", String.valueOf(letters));
        row(out, "nodes decided on", storm.nodesDecided() + " of " + plan.nodes());
        row(out, "migrations begun", storm.migrationsBegun() + " of " + plan.nodes() * plan.workloads());
        row(out, "foreign notices set aside", storm.foreignSetAside() + " of " + plan.foreign());
        row(out, "dead letters", storm.deadLetters() + " of " + plan.poison());
        row(
                out,
                "from the first notice to the last decision",
                String.format(Locale.ROOT, "%.1f s", storm.took().toMillis() / 1e3));
        row(out, "notices/s, migrations/s", rate(plan.notices()) + ", " + rate(storm.migrationsBegun()));
        row(out, "notice in Kafka to decision committed, p50 / p95 / p99 / max", told(storm.decision()));
        row(out, "the same from when the notice was due", told(storm.fromDue()));
        row(
                out,
                "processor: orchestrator / broker / this bench",
                String.format(
                        Locale.ROOT,
                        "%.1f / %.1f / %.1f s",
                        cost.processor().toMillis() / 1e3,
                        load.processorSeconds() * load.at(),
                        cost.ourselves().toMillis() / 1e3));
        row(
                out,
                "orchestrator: heap peak / live, resident",
                (cost.peakHeap() >> 20) + " / " + (cost.liveHeap() >> 20) + ", " + (cost.peakResident() >> 20)
                        + " MiB");
        row(out, "broker in the storm", load.told());
        row(
                out,
                "broker: partitions, journal",
                String.format(Locale.ROOT, "%.0f, %.1f MiB", load.partitions(), load.journalBytes() / (1 << 20)));
        aims().forEach((aim, met) -> row(out, aim, met ? "met" : "MISSED"));
    }

    private static String told(Spread spread) {
        return String.format(
                Locale.ROOT, "%.0f / %.0f / %.0f / %.0f ms", spread.p50(), spread.p95(), spread.p99(), spread.max());
    }

    /// docs/reference/bench-storm.md names the keys.
    Map<String, Object> json() {
        var all = new LinkedHashMap<String, Object>();
        all.put("nodes", plan.nodes());
        all.put("workloadsPerNode", plan.workloads());
        all.put("notices", plan.notices());
        all.put("foreign", plan.foreign());
        all.put("poison", plan.poison());
        all.put("overSeconds", plan.over().toSeconds());
        all.put("nodesDecided", storm.nodesDecided());
        all.put("migrationsBegun", storm.migrationsBegun());
        all.put("foreignSetAside", storm.foreignSetAside());
        all.put("deadLetters", storm.deadLetters());
        all.put("tookSeconds", storm.took().toMillis() / 1e3);
        all.put("noticesPerSecond", rate(plan.notices()));
        all.put("decisionMillis", storm.decision());
        all.put("fromDueMillis", storm.fromDue());
        all.put("processorSeconds", cost.processor().toMillis() / 1e3);
        all.put("benchProcessorSeconds", cost.ourselves().toMillis() / 1e3);
        all.put("peakHeapBytes", cost.peakHeap());
        all.put("liveHeapBytes", cost.liveHeap());
        all.put("peakResidentBytes", cost.peakResident());
        all.put("broker", load.json());
        return all;
    }

    private long rate(int count) {
        return Math.round(count / Math.max(0.001, storm.took().toMillis() / 1e3));
    }

    static void row(PrintWriter out, String name, String text) {
        out.println(String.format(Locale.ROOT, "%-60s %s", name, text));
    }
}
