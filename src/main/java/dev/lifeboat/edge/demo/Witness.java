package dev.lifeboat.edge.demo;

import dev.lifeboat.migration.JournalEvent;
import dev.lifeboat.migration.Report;

/// Is told what goes by in Kafka, in the order in which it was written, from one thread.
public interface Witness {
    void saw(JournalEvent event);

    void saw(Report report);

    /// Where it is told from.
    @FunctionalInterface
    interface Feed {
        /// Tells `witness` everything from the beginning on, until closed.
        AutoCloseable follow(String bootstrap, Witness witness);
    }
}
