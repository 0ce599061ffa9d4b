package dev.lifeboat.edge.launch.bench;

import dev.lifeboat.edge.criu.DumpStatistics;
import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.commons.io.FileUtils;

/// Rival (a): `criu dump` into tmpfs. Nothing of it is durable; its time ends when criu does.
record DumpToTmpfs(Criu criu, Path tmpfs) implements Contender {
    @Override
    public String key() {
        return "criu-tmpfs";
    }

    @Override
    public String title() {
        return "(a) criu dump to tmpfs, not durable";
    }

    @Override
    public Measured save(BenchVictim victim) throws IOException, InterruptedException {
        Path images = Criu.fresh(tmpfs.resolve("dump"));
        Account before = Account.now();
        long start = System.nanoTime();
        ByteCount peak = criu.dump(victim.pid(), images, List.of());
        var elapsed = Duration.ofNanos(System.nanoTime() - start);
        Account used = Account.now().since(before);
        DumpStatistics statistics = Criu.statistics(images);
        var measured = new Measured(
                statistics.frozen(),
                elapsed,
                used.processor(),
                Criu.pages(images),
                ByteCount.ZERO,
                peak,
                used.diskWritten());
        FileUtils.deleteDirectory(images.toFile());
        return measured;
    }
}
