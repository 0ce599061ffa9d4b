package dev.lifeboat.torture;

import dev.lifeboat.Drawn;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// What a run has found so far, in a file that is written after each cell of the matrix: a run that was cut off goes on
/// where it was.
final class Recorded {
    private static final Path FILE = Path.of("target/torture.json");

    /// Part of the names of the victims to torture, such as `REDIS`; all of them when left out.
    private static final String ONLY = System.getProperty("torture.only", "");

    private Recorded() {}

    /// One victim in one way.
    record Cell(Kind kind, Way way) {
        @Override
        public String toString() {
            return kind + " " + way;
        }
    }

    /// What is still to be found out.
    static List<Cell> missing() throws IOException {
        List<Result> found = found();
        return matrix().filter(cell -> cell.kind.name().contains(ONLY))
                .filter(cell -> found.stream().noneMatch(each -> each.is(cell)))
                .toList();
    }

    static Stream<Cell> matrix() {
        return Arrays.stream(Kind.values()).flatMap(kind -> kind.ways().stream().map(way -> new Cell(kind, way)));
    }

    /// In the order of the matrix.
    private static List<Result> found() throws IOException {
        Path file = Drawn.top().resolve(FILE);
        return Files.exists(file) ? Results.read(FILE).results() : List.of();
    }

    /// The page is redrawn, where the suite was told to redraw pages; it says what has not been run.
    ///
    /// Another process may add, too: the host's victims and the guest's need not wait for each other.
    static void add(Result result) throws IOException {
        Path lock = Drawn.top().resolve(FILE).resolveSibling("torture.lock");
        try (var file = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var _ = file.lock()) {
            addAlone(result);
        }
    }

    private static void addAlone(Result result) throws IOException {
        var all = new ArrayList<>(found());
        all.add(result);
        List<Result> ordered = matrix().flatMap(cell -> all.stream().filter(each -> each.is(cell)))
                .toList();
        Results results = Results.measuredHere(ordered);
        results.write(FILE);
        System.out.println(results.table());
        if (Boolean.getBoolean("docs.update")) {
            results.write(Results.FILE);
            Drawn.matches(Results.PAGE, results.page());
        }
    }
}
