package dev.lifeboat.edge.launch.bench;

import dev.lifeboat.edge.launch.bench.PipeAim.Row;
import dev.lifeboat.quantity.ByteCount;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// The figures for people, and for programs.
final class PipeTable {
    private PipeTable() {}

    /// @param parts where ours spent its processor time, seconds per 10^9 bytes
    static void print(
            Map<String, Row> rows,
            Map<PipeAim, Double> aims,
            double codec,
            Map<Spent.Part, Double> parts,
            PrintWriter out) {
        Row ours = rows.values().iterator().next();
        out.printf(
                Locale.ROOT,
                "%n%-38s %9s %9s %9s %10s %10s   %s%n",
                "medians",
                "frozen s",
                "done s",
                "CPU s/GB",
                "peak RSS",
                "to disk",
                "lifeboat is × of it (frozen, done)");
        rows.values()
                .forEach(row -> out.printf(
                        Locale.ROOT,
                        "%-38s %9.3f %9.3f %9.2f %10s %10s   %.2f  %.2f%n",
                        row.title(),
                        row.frozenSeconds(),
                        row.durableSeconds(),
                        row.processorPerGigabyte(),
                        new ByteCount(row.peakMemoryBytes()),
                        new ByteCount(row.diskWrittenBytes()),
                        ours.frozenSeconds() / row.frozenSeconds(),
                        ours.durableSeconds() / row.durableSeconds()));
        out.printf(Locale.ROOT, "%nthe codec alone on this memory: %.2f CPU s/GB on one core%n", codec);
        out.println("lifeboat's CPU s/GB, the S3 server's not among them: "
                + parts.entrySet().stream()
                        .map(part -> String.format(Locale.ROOT, "%s %.2f", part.getKey().title, part.getValue()))
                        .collect(Collectors.joining(", ")));
        aims.forEach((aim, value) ->
                out.printf(Locale.ROOT, "%-52s %.2f  %s%n", aim.text(), value, aim.met(value) ? "met" : "MISSED"));
    }

    /// docs/reference/bench-pipe.md names the keys.
    static Map<String, Object> json(
            Map<String, Row> rows, Map<PipeAim, Double> aims, double codec, Map<Spent.Part, Double> parts, int pairs) {
        var all = new LinkedHashMap<String, Object>();
        all.put("pairs", pairs);
        all.put("codecCpuSecondsPerGigabyte", codec);
        var spent = new LinkedHashMap<String, Double>();
        parts.forEach((part, seconds) -> spent.put(part.name().toLowerCase(Locale.ROOT), seconds));
        all.put("lifeboatProcessorPerGigabyte", spent);
        all.put("contenders", rows);
        var held = new LinkedHashMap<String, Object>();
        aims.forEach((aim, value) -> held.put(
                aim.name().toLowerCase(Locale.ROOT),
                Map.of("text", aim.text(), "value", value, "met", aim.met(value))));
        all.put("aims", held);
        return all;
    }
}
