package dev.lifeboat.edge.demo.victim;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/// A process worth saving: threads that change and check their memory, and a file that grows by a line five times a
/// second.
///
/// Exit 3 and a line that begins with `BROKEN` when it finds itself damaged. Otherwise it runs until it is killed.
public final class Victim {
    static final int EXIT_BROKEN = 3;
    private static final long BEAT_MILLIS = 10;
    private static final long TICK_MILLIS = 200;

    private final VictimOptions options;
    private final TickFile file;
    private Tick last = Tick.NONE;

    private Victim(VictimOptions options, TickFile file) {
        this.options = options;
        this.file = file;
    }

    public static void main(String[] args) throws IOException {
        VictimOptions options;
        try {
            options = VictimOptions.parse(List.of(args));
        } catch (IllegalArgumentException e) {
            System.err.println("victim: " + e.getMessage());
            System.exit(2);
            return;
        }
        new Victim(options, TickFile.create(options.ticks())).run();
    }

    private void run() {
        ScheduledExecutorService threads = Executors.newScheduledThreadPool(options.threads() + 1);
        List<Worker> workers = IntStream.range(0, options.threads())
                .mapToObj(number -> new Worker(options, number))
                .toList();
        for (Worker worker : workers) {
            repeat(threads, worker::beat, BEAT_MILLIS);
        }
        repeat(threads, () -> tick(workers), TICK_MILLIS);
        System.out.println("victim: " + options.memory() + " in " + options.threads() + " threads, pid "
                + ProcessHandle.current().pid());
    }

    /// A fixed delay, not a fixed rate: time spent frozen is not caught up with.
    private static void repeat(ScheduledExecutorService threads, Runnable beat, long everyMillis) {
        var _ = threads.scheduleWithFixedDelay(() -> guarded(beat), 0, everyMillis, TimeUnit.MILLISECONDS);
    }

    private void tick(List<Worker> workers) {
        long passes = Long.MAX_VALUE;
        long steps = 0;
        long sum = 0;
        for (Worker worker : workers) {
            Region.Snapshot seen = worker.published();
            passes = Math.min(passes, seen.passes());
            steps += seen.steps();
            sum = Mix.of(sum, seen.sum());
        }
        last = last.then(System.currentTimeMillis(), passes, steps, sum);
        file.append(last.line());
    }

    /// A scheduler would swallow what its tasks throw; here it ends the process.
    private static void guarded(Runnable beat) {
        try {
            beat.run();
        } catch (RuntimeException e) {
            broken(e.toString());
        }
    }

    private static void broken(String why) {
        System.out.println("BROKEN " + why);
        System.out.flush();
        Runtime.getRuntime().halt(EXIT_BROKEN);
    }

    /// One region and its owner's pace.
    private static final class Worker {
        private final Region region;
        private final int churnPerBeat;
        private final int verifyPerBeat;
        private final AtomicReference<Region.Snapshot> published;

        Worker(VictimOptions options, int number) {
            region = new Region(options.pagesPerThread(), Mix.of(options.seed(), number));
            double beatsPerSecond = 1000.0 / BEAT_MILLIS;
            churnPerBeat = (int) Math.ceil(region.pages() * options.churn() / beatsPerSecond);
            double passSeconds = options.pass().toMillis() / 1000.0;
            verifyPerBeat = (int) Math.ceil(region.pages() / (passSeconds * beatsPerSecond));
            published = new AtomicReference<>(region.snapshot());
        }

        void beat() {
            region.churn(churnPerBeat);
            region.verify(verifyPerBeat);
            published.set(region.snapshot());
        }

        Region.Snapshot published() {
            return published.get();
        }
    }
}
