package dev.lifeboat.edge.launch.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// The rival: `criu restore` from images that lie in tmpfs already, in clear. It has nothing to fetch, and nobody to
/// lose them to but this machine.
record ReturnByCriu(Criu criu, Path images, RestoredVictim victim) implements Return {
    @Override
    public String key() {
        return "criu-tmpfs";
    }

    @Override
    public String title() {
        return "criu restore, images in tmpfs";
    }

    @Override
    public Took run() throws IOException, InterruptedException {
        Account before = Account.now();
        long start = System.nanoTime();
        criu.restore(images);
        var running = Duration.ofNanos(System.nanoTime() - start);
        return new Took(
                Duration.ZERO,
                Duration.ZERO,
                running,
                running,
                running,
                Account.now().since(before).processor());
    }
}
