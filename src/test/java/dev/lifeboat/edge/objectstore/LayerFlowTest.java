package dev.lifeboat.edge.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.agent.CheckpointStore.Facts;
import dev.lifeboat.agent.CheckpointStore.Saved;
import dev.lifeboat.agent.CorruptCheckpoint;
import dev.lifeboat.agent.PageFlow;
import dev.lifeboat.agent.StoreFailed;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import dev.lifeboat.quantity.ByteCount;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class LayerFlowTest {
    private static final CheckpointId ID = new CheckpointId("m-1-save-1");
    private static final MemoryObject OWNER = new MemoryObject(MemoryObject.Kind.TASK, 7);
    private static final long BASE = 0x7f00_0000_0000L;

    /// Seven chunks and a bit.
    private static final int PAGES = 1800;

    @TempDir
    Path folder;

    private final byte[] memory = new byte[PAGES * Extent.PAGE_SIZE];
    private final List<TestMemory> made = new ArrayList<>();
    private Reads store;
    private StoredCheckpoints checkpoints;

    @BeforeEach
    void save() throws Exception {
        var random = new Random(3);
        for (int page = 0; page < PAGES; page++) {
            if (page % 5 != 0) {
                byte[] noise = new byte[Extent.PAGE_SIZE];
                random.nextBytes(noise);
                System.arraycopy(noise, 0, memory, page * Extent.PAGE_SIZE, Extent.PAGE_SIZE);
            }
        }
        store = new Reads(new FolderStore(Files.createDirectories(folder.resolve("store"))));
        var key = KeyFile.read(Files.writeString(folder.resolve("key"), "0123456789abcdef".repeat(4)));
        checkpoints =
                new StoredCheckpoints(store, key, new StoredCheckpoints.Settings(Codec.NONE, ByteCount.ofMebi(4), 1));
        try (var draft = checkpoints.draft(ID)) {
            for (int page = 0; page < PAGES; page++) {
                var extent = extent(page, 1);
                draft.pages().reserve(extent).put(memory, page * Extent.PAGE_SIZE, Extent.PAGE_SIZE);
                draft.pages().commit(extent);
            }
            draft.commit(new Facts("demo/a", "node-a", "criu", "6.1", "cpu", 7));
        }
    }

    @AfterEach
    void everythingIsFree() {
        store.way = Way.GIVES;
        store.released.countDown();
        checkpoints.close();
        await(() -> made.stream().allMatch(TestMemory::isClosed));
    }

    @Test
    void everyPageComesInWhateverOrderItIsAskedForAndItsMemoryIsGivenBack() throws Exception {
        for (long seed = 1; seed <= 20; seed++) {
            var random = new Random(seed);
            try (Saved saved = checkpoints.open(ID);
                    PageFlow flow = flow(saved, List.of(extent(random.nextInt(PAGES), 1)))) {
                flow.bringAll();
                takeInPieces(flow, random);
                assertThat(made.getLast().isGivenBack()).isTrue();
            }
        }
    }

    @Test
    void whatWasTakenComesAgain() throws Exception {
        try (Saved saved = checkpoints.open(ID);
                PageFlow flow = flow(saved, List.of())) {
            takeInPieces(flow, new Random(1));
            takeInPieces(flow, new Random(2));
        }
    }

    @Test
    void aStoreThatIsAwayIsSaidAndItsPagesComeLater() throws Exception {
        try (Saved saved = checkpoints.open(ID)) {
            store.way = Way.FAILS;
            try (PageFlow flow = flow(saved, List.of())) {
                flow.bringAll();
                assertThatThrownBy(() -> take(flow, extent(901, 3))).isInstanceOf(StoreFailed.class);
                store.way = Way.GIVES;
                takeInPieces(flow, new Random(1));
            }
        }
    }

    @Test
    void aChunkThatIsNotWhatWasPutThereIsNamedWhateverPageIsAskedFor() throws Exception {
        Path data = folder.resolve("store")
                .resolve(store.list("checkpoints/").stream()
                        .filter(key -> key.contains("data-"))
                        .findFirst()
                        .orElseThrow());
        byte[] bytes = Files.readAllBytes(data);
        bytes[bytes.length / 2] ^= 1;
        Files.write(data, bytes);
        try (Saved saved = checkpoints.open(ID);
                PageFlow flow = flow(saved, List.of())) {
            flow.bringAll();
            assertThatThrownBy(() -> {
                        while (true) {
                            take(flow, extent(0, 1));
                        }
                    })
                    .isInstanceOf(CorruptCheckpoint.class)
                    .hasMessageContaining("chunk");
        }
    }

    @Test
    void closingTellsWhoeverWaits() throws Exception {
        try (Saved saved = checkpoints.open(ID)) {
            store.way = Way.WAITS;
            PageFlow flow = flow(saved, List.of(extent(901, 1)));
            await(() -> store.waiting.getCount() == 0);
            var thrown = new AtomicReference<@Nullable Throwable>();
            Thread taker = Thread.ofPlatform().start(() -> {
                try {
                    take(flow, extent(901, 1));
                } catch (InterruptedException | RuntimeException told) {
                    thrown.set(told);
                }
            });
            await(() -> taker.getState() == Thread.State.WAITING);
            flow.close();
            taker.join();
            assertThat(thrown.get()).isInstanceOf(StoreFailed.class);
            assertThat(made.getLast().isClosed()).isFalse();
        }
    }

    private PageFlow flow(Saved saved, List<Extent> first) throws Exception {
        store.reads.set(0);
        return saved.pages()
                .flow(
                        size -> {
                            made.add(new TestMemory(size));
                            return made.getLast();
                        },
                        first);
    }

    @Test
    void onlyWhatIsWantedFirstComesUntilAllDo() throws Exception {
        try (Saved saved = checkpoints.open(ID);
                PageFlow flow = flow(saved, List.of(extent(901, 1)))) {
            await(() -> store.reads.get() == 1);
            assertThat(take(flow, extent(901, 1))).hasSize(Extent.PAGE_SIZE);
            assertThat(store.reads.get()).isEqualTo(1);
            flow.bringAll();
            await(() -> store.reads.get() > 1);
        }
    }

    private void takeInPieces(PageFlow flow, Random random) throws InterruptedException {
        var pieces = new ArrayList<Extent>();
        for (int page = 0; page < PAGES; ) {
            int length = Math.min(PAGES - page, 1 + random.nextInt(random.nextBoolean() ? 4 : 700));
            pieces.add(extent(page, length));
            page += length;
        }
        Collections.shuffle(pieces, random);
        for (Extent piece : pieces) {
            int page = (int) ((piece.startAddress() - BASE) / Extent.PAGE_SIZE);
            for (int done = 0; done < piece.pages(); ) {
                byte[] got = take(flow, extent(page + done, (int) piece.pages() - done));
                int from = (page + done) * Extent.PAGE_SIZE;
                assertThat(got).isEqualTo(Arrays.copyOfRange(memory, from, from + got.length));
                done += got.length / Extent.PAGE_SIZE;
            }
        }
    }

    private static byte[] take(PageFlow flow, Extent extent) throws InterruptedException {
        ByteBuffer target = ByteBuffer.allocate((int) extent.length());
        long pages = flow.take(extent, target);
        assertThat(pages).isEqualTo(target.position() / Extent.PAGE_SIZE).isPositive();
        byte[] got = new byte[target.flip().remaining()];
        target.get(got);
        return got;
    }

    private static Extent extent(int page, int pages) {
        return new Extent(OWNER, BASE + (long) page * Extent.PAGE_SIZE, pages);
    }

    private static void await(BooleanSupplier condition) {
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(giveUp);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private enum Way {
        GIVES,
        FAILS,
        WAITS
    }

    /// A real store whose data may be out of reach.
    private static final class Reads extends Relay {
        private final CountDownLatch waiting = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);
        private final AtomicInteger reads = new AtomicInteger();
        private volatile Way way = Way.GIVES;

        Reads(ObjectStore real) {
            super(real);
        }

        @Override
        public void read(String key, long offset, ByteBuffer target) {
            reads.incrementAndGet();
            switch (way) {
                case GIVES -> super.read(key, offset, target);
                case FAILS -> throw new StoreFailed(StoreFailed.Kind.STALLED, "the store is away");
                case WAITS -> {
                    waiting.countDown();
                    boolean waits = true;
                    while (waits) {
                        try {
                            released.await();
                            waits = false;
                        } catch (InterruptedException deaf) {
                            // As a socket's peer is.
                        }
                    }
                    super.read(key, offset, target);
                }
            }
        }
    }
}
