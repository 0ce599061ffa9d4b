package dev.lifeboat.torture;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.Drawn;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One run of the suite.
///
/// @param measured the day, `2026-11-21`
/// @param machine for people
record Results(String measured, String machine, List<Result> results) {
    static final Path FILE = Path.of("docs/reference/torture.json");
    static final Path PAGE = Path.of("docs/reference/torture.md");
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final double MEBI = 1 << 20;
    private static final Pattern KERNEL = Pattern.compile("\\d+\\.\\d+");

    Results {
        results = List.copyOf(results);
    }

    /// @param file from the top of the checkout on
    static Results read(Path file) throws IOException {
        return JSON.readValue(Drawn.top().resolve(file).toFile(), Results.class);
    }

    static Results measuredHere(List<Result> results) {
        var kernel = KERNEL.matcher(System.getProperty("os.version"));
        var system = ManagementFactory.getOperatingSystemMXBean();
        String machine = "%d cores with a load of %.0f at the end, kernel %s"
                .formatted(
                        system.getAvailableProcessors(),
                        system.getSystemLoadAverage(),
                        kernel.lookingAt() ? kernel.group() : "unknown");
        return new Results(LocalDate.now(ZoneOffset.UTC).toString(), machine, results);
    }

    /// Whole, or not at all.
    void write(Path file) throws IOException {
        Path there = Drawn.top().resolve(file);
        Path half = there.resolveSibling(there.getFileName() + ".half");
        Files.writeString(half, JSON.writeValueAsString(this) + "\n");
        Files.move(half, there, StandardCopyOption.ATOMIC_MOVE);
    }

    String page() {
        var page = new StringBuilder("""
                # What torture has shown

                Drawn by `TorturePageTest` from [torture.json](torture.json), which `./lifeboat test --torture -Ddocs.update=true` writes.

                Programs that people run, saved by the production agent into a store that is a folder, killed, restored from it by
                another node's agent, and judged by their own clients, which knew what was there before: redis' keys one by one,
                PostgreSQL's balances against its history and its indexes by amcheck, nginx' files and its workers' process numbers,
                numpy's field against the same computed afresh, every object of the JVM's heap, every counter and child of the C program.

                """);
        page.append("%s, %s.\n\n".formatted(measured, machine));
        page.append("| victim | way | dumped MiB | stored MiB | frozen s | durable s | runs s | whole s | verdict |\n");
        page.append("|---|---|---|---|---|---|---|---|---|\n");
        Recorded.matrix()
                .map(cell -> results.stream()
                        .filter(each -> each.is(cell))
                        .findFirst()
                        .orElseGet(() -> Result.failed(cell.kind(), cell.way(), "not run")))
                .forEach(each -> page.append(row(each)));
        page.append("\n");
        for (Way way : Way.values()) {
            page.append("- **")
                    .append(way.title())
                    .append("**: ")
                    .append(way.meaning())
                    .append('\n');
        }
        return page.append("""

                *Dumped* is what CRIU handed over, zero pages included, *stored* what the save itself uploaded, *durable* the time from
                the order until the manifest was in the store and the source dead, *runs* the time from the order to restore until it
                ran again, *whole* until all its pages were there.
                """).toString();
    }

    private static String row(Result each) {
        if (!each.whole()) {
            return "| %s | %s | – | – | – | – | – | – | %s |\n"
                    .formatted(
                            each.victim().title(),
                            each.way().title(),
                            each.failure().replace("|", "\\|"));
        }
        return String.format(
                Locale.ROOT,
                "| %s | %s | %.1f | %.1f | %.2f | %.2f | %.2f | %.2f | whole |%n",
                each.victim().title(),
                each.way().title(),
                each.dumpedBytes() / MEBI,
                each.storedBytes() / MEBI,
                each.frozenSeconds(),
                each.durableSeconds(),
                each.restoredSeconds(),
                each.wholeSeconds());
    }

    /// For the console.
    String table() {
        return Stream.of(page().split("\n", -1))
                .filter(line -> line.startsWith("|"))
                .map(line -> "==== " + line)
                .collect(Collectors.joining("\n"));
    }
}
