package dev.lifeboat.edge.launch.bench;

import dev.lifeboat.edge.criu.DumpStatistics;
import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import software.amazon.awssdk.services.s3.S3Client;

/// Rival (b): `criu dump` to a disk, then every file uploaded by the AWS SDK's client, in parts.
record DumpThenUpload(Criu criu, Path disk, S3Client s3, String bucket) implements Contender {
    @Override
    public String key() {
        return "criu-disk-upload";
    }

    @Override
    public String title() {
        return "(b) criu dump to disk, then upload";
    }

    @Override
    public Measured save(BenchVictim victim) throws IOException, InterruptedException {
        return save(victim, List.of());
    }

    /// @param more options of the dump
    Measured save(BenchVictim victim, List<String> more) throws IOException, InterruptedException {
        Path images = Criu.fresh(disk.resolve("upload"));
        Account before = Account.now();
        Account.resetPeak();
        // What this process holds for the other contenders is none of this one's.
        ByteCount others = Account.sizeOfSelf();
        long start = System.nanoTime();
        ByteCount dumper = criu.dump(victim.pid(), images, more);
        upload(images);
        var elapsed = Duration.ofNanos(System.nanoTime() - start);
        Account used = Account.now().since(before);
        ByteCount peak = Account.peakOf(ProcessHandle.current().pid());
        var self = new ByteCount(peak.bytes() - Math.min(others.bytes(), peak.bytes()));
        DumpStatistics statistics = Criu.statistics(images);
        var measured = new Measured(
                statistics.frozen(),
                elapsed,
                used.processor(),
                Criu.pages(images),
                Criu.size(images),
                self.compareTo(dumper) > 0 ? self : dumper,
                used.diskWritten());
        FileUtils.deleteDirectory(images.toFile());
        return measured;
    }

    void upload(Path images) throws IOException, InterruptedException {
        try (Stream<Path> all = Files.list(images)) {
            // A dump on a pre-dump has a link to it, too.
            new Upload(s3, bucket).all(all.filter(Files::isRegularFile).toList());
        }
    }
}
