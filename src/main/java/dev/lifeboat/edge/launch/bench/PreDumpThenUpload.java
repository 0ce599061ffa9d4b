package dev.lifeboat.edge.launch.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.io.FileUtils;

/// CRIU's own incremental way: a pre-dump to tmpfs, uploaded before the save, and at the save a dump of what was
/// written since, likewise. Neither the pre-dump nor the wait for changes is in the figures.
///
/// @param share of the victim's memory that shall have changed since the pre-dump began
record PreDumpThenUpload(DumpThenUpload rest, double share) implements Contender {
    @Override
    public String key() {
        return "criu-pre-dump-upload";
    }

    @Override
    public String title() {
        return "criu pre-dump, dump, then upload";
    }

    @Override
    public Measured save(BenchVictim victim) throws IOException, InterruptedException {
        Path before = Criu.fresh(rest.disk().resolve("pre-dump"));
        long steps = victim.steps();
        rest.criu().preDump(victim.pid(), before);
        rest.upload(before);
        victim.awaitChange(steps, share);
        try {
            return rest.save(victim, List.of("--track-mem", "--prev-images-dir", "../" + before.getFileName()));
        } finally {
            FileUtils.deleteDirectory(before.toFile());
        }
    }
}
