package dev.lifeboat.edge.launch;

import dev.lifeboat.edge.kafka.JournalArchive;
import dev.lifeboat.edge.kafka.Unreadable;
import dev.lifeboat.edge.kafka.Wire;
import dev.lifeboat.edge.planning.BadInput;
import dev.lifeboat.edge.planning.Journals;
import dev.lifeboat.migration.JournalEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Journals in files and on brokers, in the one wire format.
final class KeptJournals implements Journals {
    @Override
    public List<JournalEvent> file(Path file) {
        var events = new ArrayList<JournalEvent>();
        try (var lines = Files.newBufferedReader(file)) {
            int number = 1;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                events.add(event(line, file + ":" + number));
                number++;
            }
        } catch (IOException e) {
            throw new BadInput(file + ": cannot be read; --journal names a file with one JSON event per line");
        }
        return events;
    }

    @Override
    public List<JournalEvent> broker(String bootstrap) {
        try {
            return JournalArchive.read(Roles.brokers(bootstrap));
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new BadInput("--broker " + bootstrap + ": " + e.getMessage());
        }
    }

    private static JournalEvent event(String line, String place) {
        try {
            return Wire.JOURNAL.read(line.getBytes(StandardCharsets.UTF_8));
        } catch (Unreadable e) {
            throw new BadInput(place + ": " + e.reason() + ", " + e.getMessage());
        }
    }
}
