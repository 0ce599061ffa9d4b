package dev.lifeboat.edge.launch.bench;

import dev.lifeboat.edge.launch.bench.SavedAhead.RoundCost;
import dev.lifeboat.quantity.ByteCount;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// The figures for people, and for programs: docs/reference/bench-incremental.md names the keys.
///
/// @param runs by the contender's key
/// @param rounds the first of them is the one that had everything to send
record IncrementalTable(
        List<Contender> contenders, Map<String, List<Measured>> runs, List<RoundCost> rounds, Facts facts) {

    /// @param index what knowing the chain's pages costs in memory
    /// @param preDump whether this kernel could do CRIU's own pre-dumps: yes or no
    /// @param watching share of a core that drawing the dirty curve takes per GiB
    record Facts(ByteCount index, String preDump, double watching) {}

    /// Medians of one contender.
    record Row(
            String title, double frozenSeconds, double durableSeconds, double processorPerGigabyte, long storedBytes) {}

    record Aim(String name, String text, double value, double limit) {
        boolean met() {
            return value <= limit;
        }
    }

    private Map<String, Row> rows() {
        var rows = new LinkedHashMap<String, Row>();
        for (Contender contender : contenders) {
            List<Measured> all = runs.getOrDefault(contender.key(), List.of());
            rows.put(
                    contender.key(),
                    new Row(
                            contender.title(),
                            median(all, run -> Measured.seconds(run.frozen())),
                            median(all, run -> Measured.seconds(run.durable())),
                            median(all, Measured::processorPerGigabyte),
                            (long) median(all, run -> run.stored().bytes())));
        }
        return rows;
    }

    private static <T> double median(List<T> all, ToDoubleFunction<T> figure) {
        return PipeAim.median(all.stream().mapToDouble(figure).toArray());
    }

    List<Aim> aims() {
        Map<String, Row> rows = rows();
        Row ahead = row(rows, "lifeboat-ahead");
        Row whole = row(rows, "lifeboat");
        Row rival = row(rows, "criu-tmpfs-upload");
        var aims = new ArrayList<>(List.of(
                new Aim(
                        "upload",
                        "uploaded at the save ≤ 0.2 × a whole save's",
                        (double) ahead.storedBytes / whole.storedBytes,
                        0.2),
                new Aim(
                        "durable",
                        "notice→durable ≤ 0.2 × a whole save's",
                        ahead.durableSeconds / whole.durableSeconds,
                        0.2),
                new Aim(
                        "criu",
                        "notice→durable ≤ 0.2 × criu to tmpfs and upload",
                        ahead.durableSeconds / rival.durableSeconds,
                        0.2),
                new Aim("watching", "drawing the dirty curve ≤ 0.5 % of a core per GiB", facts.watching, 0.005)));
        if (rows.containsKey("criu-pre-dump-upload")) {
            double ours = row(rows, "lifeboat-pre-dump").durableSeconds;
            double theirs = row(rows, "criu-pre-dump-upload").durableSeconds;
            aims.add(new Aim(
                    "pre-dump", "notice→durable on pre-dumps ≤ criu's on its own and upload", ours / theirs, 1));
        }
        return aims;
    }

    List<Aim> missed() {
        return aims().stream().filter(aim -> !aim.met()).toList();
    }

    private static Row row(Map<String, Row> rows, String key) {
        Row row = rows.get(key);
        if (row == null) {
            throw new IllegalStateException("no row " + key);
        }
        return row;
    }

    void print(PrintWriter out) {
        out.printf(
                Locale.ROOT, "%n%-34s %9s %10s %9s %12s%n", "medians", "frozen s", "durable s", "CPU s/GB", "uploaded");
        rows().values()
                .forEach(row -> out.printf(
                        Locale.ROOT,
                        "%-34s %9.3f %10.3f %9.2f %12s%n",
                        row.title,
                        row.frozenSeconds,
                        row.durableSeconds,
                        row.processorPerGigabyte,
                        new ByteCount(row.storedBytes)));
        print(out, "the first background round", rounds.subList(0, 1));
        print(out, "a later background round", rounds.subList(1, rounds.size()));
        out.printf(
                Locale.ROOT,
                "changed between round and save: %.1f %%; the chain's index takes %s; criu pre-dump here: %s%n%n",
                100 * median(rounds, RoundCost::changed),
                facts.index,
                facts.preDump);
        aims().forEach(aim ->
                out.printf(Locale.ROOT, "%-52s %.4f  %s%n", aim.text, aim.value, aim.met() ? "met" : "MISSED"));
    }

    private static void print(PrintWriter out, String title, List<RoundCost> rounds) {
        out.printf(
                Locale.ROOT,
                "%-34s %9s %10.3f %9.2f %12s%n",
                title,
                "0",
                median(rounds, round -> Measured.seconds(round.elapsed())),
                median(rounds, RoundCost::processorPerGigabyte),
                new ByteCount((long) median(rounds, round -> round.stored().bytes())));
    }

    Map<String, Object> json(int pairs) {
        var all = new LinkedHashMap<String, Object>();
        all.put("pairs", pairs);
        all.put("contenders", rows());
        all.put("changedShare", median(rounds, RoundCost::changed));
        all.put("firstRound", cost(rounds.subList(0, 1)));
        all.put("laterRound", cost(rounds.subList(1, rounds.size())));
        all.put("indexBytes", facts.index.bytes());
        all.put("preDumpPossible", facts.preDump);
        var held = new LinkedHashMap<String, Object>();
        aims().forEach(aim ->
                held.put(aim.name, Map.of("text", aim.text, "value", aim.value, "limit", aim.limit, "met", aim.met())));
        all.put("aims", held);
        return all;
    }

    private static Map<String, Object> cost(List<RoundCost> rounds) {
        return Map.of(
                "seconds", median(rounds, round -> Measured.seconds(round.elapsed())),
                "processorPerGigabyte", median(rounds, RoundCost::processorPerGigabyte),
                "storedBytes", (long) median(rounds, round -> round.stored().bytes()));
    }
}
