package dev.lifeboat.edge.launch.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What each part of the agent's way has used of the processor so far: `/proc/self/task/ID/schedstat`, in nanoseconds.
///
/// A thread that has ended is counted no more; the one that takes pages ends too soon and is asked by [Tap].
record Spent(Map<Part, Long> nanos) {
    enum Part {
        CRIU("criu"),
        PAGES("taking pages"),
        PACKING("packing"),
        UPLOAD("upload"),
        JVM("JIT and GC"),
        REST("rest");

        final String title;

        Part(String title) {
            this.title = title;
        }
    }

    static Spent now() throws IOException {
        var all = new EnumMap<Part, Long>(Part.class);
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            for (Path task : tasks.toList()) {
                try {
                    String name = Files.readString(task.resolve("comm")).strip();
                    String ran = Files.readString(task.resolve("schedstat")).split(" ", -1)[0];
                    all.merge(partOf(name), Long.parseLong(ran), Long::sum);
                } catch (IOException ended) {
                    if (!(ended instanceof NoSuchFileException)
                            && !String.valueOf(ended.getMessage()).contains(Account.ENDED)) {
                        throw ended;
                    }
                }
            }
        }
        return new Spent(all);
    }

    /// The kernel keeps 15 characters of a thread's name.
    private static Part partOf(String name) {
        if (name.startsWith("pack-")) {
            return Part.PACKING;
        }
        // Virtual threads sign and send; their carriers and the HTTP client's own do nothing else here.
        if (name.startsWith("HttpClient-") || name.startsWith("ForkJoinPool-")) {
            return Part.UPLOAD;
        }
        if (name.startsWith("C1 ") || name.startsWith("C2 ") || name.startsWith("VM ") || name.startsWith("GC ")) {
            return Part.JVM;
        }
        return Part.REST;
    }

    /// Processor seconds per 10^9 bytes, by part.
    ///
    /// @param total of this process and of CRIU, its only child
    Map<Part, Double> since(Spent before, Account total, Tap pages) {
        var seconds = new EnumMap<Part, Double>(Part.class);
        double left = Measured.seconds(total.processor());
        double gigabytes = pages.bytes() / 1e9;
        seconds.put(Part.CRIU, Measured.seconds(total.children()) / gigabytes);
        seconds.put(Part.PAGES, pages.processorNanos() / 1e9 / gigabytes);
        for (Part part : List.of(Part.PACKING, Part.UPLOAD, Part.JVM)) {
            long used = nanos.getOrDefault(part, 0L) - before.nanos.getOrDefault(part, 0L);
            seconds.put(part, used / 1e9 / gigabytes);
        }
        double known =
                seconds.values().stream().mapToDouble(Double::doubleValue).sum();
        seconds.put(Part.REST, Math.max(0, left / gigabytes - known));
        return seconds;
    }

    /// Part by part.
    static Map<Part, Double> medians(List<Map<Part, Double>> runs) {
        var medians = new EnumMap<Part, Double>(Part.class);
        for (Part part : Part.values()) {
            List<Double> values = new ArrayList<>();
            runs.forEach(run -> values.add(run.getOrDefault(part, 0.0)));
            medians.put(
                    part,
                    PipeAim.median(
                            values.stream().mapToDouble(Double::doubleValue).toArray()));
        }
        return medians;
    }
}
