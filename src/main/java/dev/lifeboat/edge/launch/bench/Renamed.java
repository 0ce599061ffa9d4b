package dev.lifeboat.edge.launch.bench;

import java.io.IOException;

/// A contender under another name, in another place.
record Renamed(String key, String title, Contender contender) implements Contender {
    @Override
    public Measured save(BenchVictim victim) throws IOException, InterruptedException {
        return contender.save(victim);
    }
}
