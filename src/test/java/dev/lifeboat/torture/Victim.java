package dev.lifeboat.torture;

import dev.lifeboat.workload.Connections;
import java.nio.file.Path;
import java.util.List;

/// A program that people run, and its client, which alone says whether it came back whole. One is made for each ordeal.
interface Victim {
    /// What the agent starts, in `folder`.
    ///
    /// @param folder of the workload; what is in it travels with the checkpoint
    List<String> command(Path folder) throws Exception;

    /// What becomes of its client's connections.
    default Connections connections() {
        return Connections.REFUSE;
    }

    /// Returns once it is at work, and has something to lose.
    void load() throws Exception;

    /// Just before the save is ordered.
    default void beforeSave() throws Exception {}

    /// Fails unless the restored program is what it was, and works.
    void verify() throws Exception;

    /// Ends its client; the program is the agent's to end.
    default void close() throws Exception {}
}
