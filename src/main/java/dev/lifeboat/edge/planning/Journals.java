package dev.lifeboat.edge.planning;

import dev.lifeboat.migration.JournalEvent;
import java.nio.file.Path;
import java.util.List;

/// Where `explain` finds what was decided. Events come in the order in which they were journalled, partition by
/// partition.
public interface Journals {
    /// @param file one event per line, JSON, as a consumer of the journal's topic prints them
    /// @throws BadInput when a line cannot be read, naming it
    List<JournalEvent> file(Path file);

    /// @param bootstrap of the broker that has the journal
    /// @throws BadInput when it does not answer or has none
    List<JournalEvent> broker(String bootstrap);
}
