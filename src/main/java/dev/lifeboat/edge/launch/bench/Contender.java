package dev.lifeboat.edge.launch.bench;

import java.io.IOException;

/// One way to save a process; leaves it running.
interface Contender {
    /// Key in the JSON, such as `lifeboat` or `criu-tmpfs`.
    String key();

    /// For the table.
    String title();

    Measured save(BenchVictim victim) throws IOException, InterruptedException;
}
