package dev.lifeboat.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.estimate.Observation;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.Footprint;
import dev.lifeboat.workload.Workload;
import dev.lifeboat.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

final class DirtyWatchTest {
    private static final long PID = 7;
    private static final int PAGES = 2_000;
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    private final FakeMemory memory = new FakeMemory();
    private final CountDownLatch stop = new CountDownLatch(1);
    private byte[] content = noise(PAGES);
    private Duration elapsed = Duration.ZERO;

    @Test
    void seesTheShareThatHasChangedAtEveryAge() throws Exception {
        // Every look finds another two percent changed; of 512 pages, 4 % is more than three deviations.
        var curve = watch(look -> change((int) look * PAGES / 50));

        assertThat(curve).hasSize(DirtyWatch.AGES.size());
        for (int i = 0; i < curve.size(); i++) {
            assertThat(curve.get(i).age()).isEqualTo(DirtyWatch.AGES.get(i));
            assertThat(curve.get(i).at()).isEqualTo(NOW);
            assertThat(curve.get(i).dirty().bytes() / (double) content.length).isCloseTo(0.02 * (i + 1), within(0.04));
        }
    }

    @Test
    void whatStandsStillIsClean() throws Exception {
        assertThat(watch(_ -> {}))
                .hasSize(DirtyWatch.AGES.size())
                .allSatisfy(seen -> assertThat(seen.dirty().bytes()).isZero());
    }

    @Test
    void growthIsChange() throws Exception {
        var curve = watch(look -> {
            byte[] grown = noise(PAGES + 200);
            System.arraycopy(content, 0, grown, 0, PAGES * Extent.PAGE_SIZE);
            memory.put(PID, grown);
        });

        assertThat(curve).allSatisfy(seen -> assertThat(seen.dirty().bytes()).isEqualTo(200L * Extent.PAGE_SIZE));
    }

    @Test
    void aSaveEndsTheWindowAndKeepsWhatWasSeen() throws Exception {
        var curve = watch(look -> {
            if (look == 3) {
                stop.countDown();
            }
        });

        assertThat(curve).hasSize(2);
    }

    @Test
    void whatHasEndedIsNotMeasured() throws Exception {
        assertThat(watch(_ -> memory.put(PID, new byte[0]))).isEmpty();
    }

    /// @param beforeLook told 1 before the first look after the copy, and so on
    private List<Observation.Dirtied> watch(LongConsumer beforeLook) throws InterruptedException {
        memory.put(PID, content);
        var watch = new DirtyWatch(memory, new Gauge() {
            private int asked;

            // Asked when the copy is taken, then before every look, which is due at once, and at every look.
            @Override
            public Duration elapsed() {
                asked++;
                if (asked > 1 && asked % 2 == 0) {
                    elapsed = DirtyWatch.AGES.get(asked / 2 - 1);
                    beforeLook.accept(asked / 2);
                }
                return elapsed;
            }

            @Override
            public Duration processor() {
                return Duration.ZERO;
            }
        });
        return watch.window(List.of(evacuee()), () -> NOW, stop).stream()
                .map(Observation.Dirtied.class::cast)
                .toList();
    }

    private void change(int pages) {
        byte[] changed = content.clone();
        var random = new Random(3);
        random.ints(0, PAGES).distinct().limit(pages).forEach(page -> changed[page * Extent.PAGE_SIZE] ^= 1);
        memory.put(PID, changed);
    }

    private static byte[] noise(int pages) {
        byte[] bytes = new byte[pages * Extent.PAGE_SIZE];
        new Random(pages).nextBytes(bytes);
        return bytes;
    }

    private static Evacuee evacuee() {
        var footprint = new Footprint(new ByteCount((long) PAGES * Extent.PAGE_SIZE), ByteCount.ZERO, 1);
        var workload = new Workload(new WorkloadId("lab", "pi"), "Process", "pi", Map.of(), footprint);
        return new Evacuee(workload, PID, null);
    }
}
