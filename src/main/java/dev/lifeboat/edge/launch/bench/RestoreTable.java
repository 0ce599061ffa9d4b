package dev.lifeboat.edge.launch.bench;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// The figures for people, and for programs: docs/reference/bench-restore.md names the keys.
///
/// @param runs by the contender's key
/// @param gigabytes 2^30 bytes of the victim's memory; the aim in seconds is for one
record RestoreTable(List<Return> contenders, Map<String, List<Return.Took>> runs, double gigabytes) {
    /// Key of the one whose store is behind a link: left out where there can be none.
    static final String LINKED = "lifeboat-s3-link";

    /// Medians of one contender; a figure that it does not have is 0.
    record Row(
            String title,
            double storeSeconds,
            double imagesSeconds,
            double criuSeconds,
            double runningSeconds,
            double wholeSeconds,
            double processorSeconds,
            double shareOfStore) {}

    record Aim(String name, String text, double value, double limit, boolean met) {
        static Aim most(String name, String text, double value, double limit) {
            return new Aim(name, text, value, limit, value <= limit);
        }

        static Aim least(String name, String text, double value, double limit) {
            return new Aim(name, text, value, limit, value >= limit);
        }
    }

    private Map<String, Row> rows() {
        var rows = new LinkedHashMap<String, Row>();
        for (Return contender : contenders) {
            List<Return.Took> all = runs.getOrDefault(contender.key(), List.of());
            rows.put(
                    contender.key(),
                    new Row(
                            contender.title(),
                            seconds(all, Return.Took::store),
                            seconds(all, Return.Took::images),
                            seconds(all, Return.Took::criu),
                            seconds(all, Return.Took::running),
                            seconds(all, Return.Took::whole),
                            seconds(all, Return.Took::processor),
                            median(all, Return.Took::share)));
        }
        return rows;
    }

    private static double seconds(List<Return.Took> all, Function<Return.Took, Duration> figure) {
        return median(all, took -> Measured.seconds(figure.apply(took)));
    }

    private static double median(List<Return.Took> all, ToDoubleFunction<Return.Took> figure) {
        return PipeAim.median(all.stream().mapToDouble(figure).toArray());
    }

    private List<Aim> aims() {
        Map<String, Row> rows = rows();
        Row folder = row(rows, "lifeboat-folder");
        Row s3 = row(rows, "lifeboat-s3");
        Row rival = row(rows, "criu-tmpfs");
        Row lazy = row(rows, "lifeboat-lazy");
        // A store is another machine. One on our own cores takes from them while we decode.
        Row store = rows.getOrDefault(LINKED, s3);
        return List.of(
                Aim.least(
                        "store",
                        "into memory at ≥ 0.8 × what S3 gives, "
                                + (store.equals(s3) ? "on our own cores" : "behind its link"),
                        store.shareOfStore,
                        0.8),
                Aim.most(
                        "running",
                        "1 GiB running again ≤ 1 s from a local store",
                        folder.runningSeconds / gigabytes,
                        1),
                Aim.most(
                        "criu",
                        "running again ≤ 3 × criu restore from tmpfs, from a local store",
                        folder.runningSeconds / rival.runningSeconds,
                        3),
                Aim.most(
                        "lazy",
                        "1 GiB resumed lazily ≤ 0.3 s, from a local store",
                        lazy.runningSeconds / gigabytes,
                        0.3),
                Aim.most(
                        "lazyWhole",
                        "whole lazily ≤ 2 × running again, from a local store",
                        lazy.wholeSeconds / folder.runningSeconds,
                        2));
    }

    List<Aim> missed() {
        return aims().stream().filter(aim -> !aim.met).toList();
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
                Locale.ROOT,
                "%n%-36s %9s %9s %9s %10s %9s %8s %9s %7s%n",
                "medians, seconds",
                "store",
                "images",
                "criu",
                "running",
                "whole",
                "CPU",
                "of store",
                "× criu");
        double rival = row(rows(), "criu-tmpfs").runningSeconds;
        rows().values()
                .forEach(row -> out.printf(
                        Locale.ROOT,
                        "%-36s %9s %9s %9.3f %10.3f %9.3f %8.2f %9s %7.2f%n",
                        row.title,
                        orNone(row.storeSeconds),
                        orNone(row.imagesSeconds),
                        row.criuSeconds,
                        row.runningSeconds,
                        row.wholeSeconds,
                        row.processorSeconds,
                        orNone(row.shareOfStore),
                        row.runningSeconds / rival));
        out.println();
        if (rows().containsKey(LINKED)) {
            out.printf(
                    Locale.ROOT,
                    "%-64s %.3f  not held to an aim%n",
                    "the same from the S3 server that takes from our own cores",
                    row(rows(), "lifeboat-s3").shareOfStore);
        }
        aims().forEach(aim ->
                out.printf(Locale.ROOT, "%-64s %.3f  %s%n", aim.text, aim.value, aim.met ? "met" : "MISSED"));
    }

    private static String orNone(double figure) {
        return figure == 0 ? "-" : String.format(Locale.ROOT, "%.3f", figure);
    }

    Map<String, Object> json(int pairs) {
        var all = new LinkedHashMap<String, Object>();
        all.put("pairs", pairs);
        all.put("gibibytes", gigabytes);
        all.put("contenders", rows());
        var held = new LinkedHashMap<String, Object>();
        aims().forEach(aim ->
                held.put(aim.name, Map.of("text", aim.text, "value", aim.value, "limit", aim.limit, "met", aim.met)));
        all.put("aims", held);
        return all;
    }
}
