package dev.lifeboat.edge.launch.bench;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// What a storm came to.
///
/// @param settled whether everything was decided on in time
/// @param alive whether the orchestrator is still the process that it was
/// @param processor that the orchestrator took meanwhile
/// @param peakHeap the largest heap that was seen, garbage included; bytes
/// @param liveHeap what a collection left at the end; bytes
/// @param peakResident of the orchestrator's process; bytes
record StormFigures(
        Storm.Plan plan,
        Storm storm,
        boolean settled,
        boolean alive,
        Duration processor,
        long peakHeap,
        long liveHeap,
        long peakResident) {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final double LATENCY_LIMIT = 200;

    Map<String, Boolean> aims() {
        var aims = new LinkedHashMap<String, Boolean>();
        aims.put("the orchestrator does not crash", alive);
        aims.put(
                "every node is decided on, every workload begun exactly once",
                storm.nodesDecided() == plan.nodes() && storm.migrationsBegun() == plan.nodes() * plan.workloads());
        aims.put("every foreign notice is set aside with its reason", storm.foreignSetAside() == plan.foreign());
        aims.put("all of it within 3 minutes", settled && storm.took().compareTo(LIMIT) <= 0);
        aims.put("p99 from a notice to the decision ≤ 200 ms", storm.decision().p99() <= LATENCY_LIMIT);
        return aims;
    }

    void print(PrintWriter out) {
        Spread decision = storm.decision();
        row(
                out,
                "notices (nodes × 5 + foreign + poison)",
                String.valueOf(plan.notices() + plan.foreign() + plan.poison()));
        row(out, "nodes decided on", storm.nodesDecided() + " of " + plan.nodes());
        row(out, "migrations begun", storm.migrationsBegun() + " of " + plan.nodes() * plan.workloads());
        row(out, "foreign notices set aside", storm.foreignSetAside() + " of " + plan.foreign());
        row(
                out,
                "from the first notice to the last decision",
                Math.round(storm.took().toMillis() / 100.0) / 10.0 + " s");
        row(out, "notices/s, migrations/s", rate(plan.notices()) + ", " + rate(storm.migrationsBegun()));
        row(
                out,
                "notice to decision p50 / p95 / p99 / max",
                Math.round(decision.p50()) + " / " + Math.round(decision.p95()) + " / " + Math.round(decision.p99())
                        + " / " + Math.round(decision.max()) + " ms");
        row(out, "orchestrator: processor", processor.toSeconds() + " s");
        row(
                out,
                "orchestrator: heap peak / live, resident",
                (peakHeap >> 20) + " / " + (liveHeap >> 20) + ", " + (peakResident >> 20) + " MiB");
        aims().forEach((aim, met) -> row(out, aim, met ? "met" : "MISSED"));
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
        all.put("tookSeconds", storm.took().toMillis() / 1e3);
        all.put("noticesPerSecond", rate(plan.notices()));
        all.put("decisionMillis", storm.decision());
        all.put("processorSeconds", processor.toMillis() / 1e3);
        all.put("peakHeapBytes", peakHeap);
        all.put("liveHeapBytes", liveHeap);
        all.put("peakResidentBytes", peakResident);
        all.put("aims", aims());
        return all;
    }

    private long rate(int count) {
        return Math.round(count / Math.max(0.001, storm.took().toMillis() / 1e3));
    }

    private static void row(PrintWriter out, String name, String text) {
        out.println(String.format(Locale.ROOT, "%-60s %s", name, text));
    }
}
