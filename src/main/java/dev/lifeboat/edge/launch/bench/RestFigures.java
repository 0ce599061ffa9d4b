package dev.lifeboat.edge.launch.bench;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// What a broker has to do while nothing happens, and what each agent adds to it.
///
/// @param alone with an orchestrator and its ticks
/// @param attended with some agents, too: each reads its three partitions and says every second that it lives
/// @param agents how many
record RestFigures(BrokerLoad alone, BrokerLoad attended, int agents) {
    /// What the cluster of the aim has.
    private static final int FLEET = 5_000;

    /// What one agent adds.
    double each(ToDoubleFunction<BrokerLoad> what) {
        return agents == 0 ? 0 : (what.applyAsDouble(attended) - what.applyAsDouble(alone)) / agents;
    }

    void print(PrintWriter out) {
        StormFigures.row(out, "AT REST: broker without agents", alone.told());
        if (agents > 0) {
            StormFigures.row(out, "broker with " + agents + " agents", attended.told());
            StormFigures.row(out, "each agent adds", added(1, "%.1f", "%.2f"));
            StormFigures.row(out, FLEET + " agents at rest, by that", added(FLEET, "%.0f", "%.0f"));
        }
    }

    private String added(int count, String connections, String others) {
        return String.format(
                Locale.ROOT,
                connections + " connections, " + others + " requests/s, " + others + " / " + others + " KiB/s in / out",
                count * each(BrokerLoad::connections),
                count * each(BrokerLoad::requests),
                count * each(BrokerLoad::bytesIn) / 1024,
                count * each(BrokerLoad::bytesOut) / 1024);
    }

    /// docs/reference/bench-storm.md names the keys.
    Map<String, Object> json() {
        var all = new LinkedHashMap<String, Object>();
        all.put("agents", agents);
        all.put("alone", alone.json());
        all.put("attended", attended.json());
        all.put(
                "eachAgent",
                Map.of(
                        "connections", each(BrokerLoad::connections),
                        "requestsPerSecond", each(BrokerLoad::requests),
                        "bytesInPerSecond", each(BrokerLoad::bytesIn),
                        "bytesOutPerSecond", each(BrokerLoad::bytesOut)));
        return all;
    }
}
