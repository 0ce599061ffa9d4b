package dev.lifeboat.torture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.Provided;
import dev.lifeboat.edge.criu.Crius;
import dev.lifeboat.torture.Recorded.Cell;
import dev.lifeboat.vm.GuestRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The victims by pre-dumps, in a virtual machine whose kernel tracks writes.
final class InGuestTorture {
    private static final String SAYS = "ordeal: ";
    private static final JsonMapper JSON = new JsonMapper();

    /// Six victims, of which an emulator takes minutes each.
    private static final Duration PATIENCE = Duration.ofMinutes(60);

    private static final Duration WINDOW = Duration.ofMinutes(15);

    /// Hundreds of MiB are hashed and sealed: the processor's own AES is for the second compiler only.
    private static final String COMPILED_WELL = "-XX:TieredStopAtLevel=4";

    @TempDir
    private Path folder;

    @Test
    void comesBackWholeFromPreDumps() throws Exception {
        Provided.root();
        List<String> kinds = Recorded.missing().stream()
                .filter(cell -> cell.way() == Way.PRE_DUMPED)
                .map(Cell::kind)
                // A GiB is what takes longest there: all others first.
                .sorted(Comparator.comparing(kind -> kind == Kind.JVM))
                .map(Kind::name)
                .toList();
        if (kinds.isEmpty()) {
            return;
        }
        Kind.Tools tools = VictimsTorture.tools(folder);
        var program = new ArrayList<>(List.of(COMPILED_WELL, InGuestTorture.class.getName(), "/mnt/work/cache/bomb"));
        program.addAll(kinds);
        var results = new ArrayList<Result>();
        try (var guest = GuestRun.start(folder, List.of(tools.debian().folder(), tools.bomb()), program)) {
            guest.watch(PATIENCE, running -> {
                for (String line :
                        running.said(SAYS).stream().skip(results.size()).toList()) {
                    results.add(record(line));
                }
                return results.size() == kinds.size();
            });
        }
        assertThat(results)
                .hasSameSizeAs(kinds)
                .allSatisfy(each ->
                        assertThat(each.failure()).as(each.victim().title()).isEmpty());
    }

    private static Result record(String line) {
        try {
            Result result = JSON.readValue(line.substring(SAYS.length()), Result.class);
            Recorded.add(result);
            return result;
        } catch (IOException broken) {
            throw new UncheckedIOException(line, broken);
        }
    }

    /// In the guest.
    ///
    /// @param arguments where the bomb is, then the names of kinds
    public static void main(String[] arguments) throws Exception {
        var tools = new Kind.Tools(DebianTree.provision(), Path.of(arguments[0]));
        Path folder = Files.createTempDirectory("torture-");
        var trial = new Trial(tools, Crius.DEFAULT.path(), folder, WINDOW);
        for (String kind : List.of(arguments).subList(1, arguments.length)) {
            System.out.println(SAYS.strip() + line(trial.of(new Cell(Kind.valueOf(kind), Way.PRE_DUMPED))));
        }
    }

    private static String line(Result result) throws JsonProcessingException {
        return " " + JSON.writeValueAsString(result);
    }
}
