package dev.lifeboat.edge.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.agent.CheckpointStore.Facts;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import dev.lifeboat.quantity.ByteCount;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StreamsTest {
    private static final CheckpointId ID = new CheckpointId("m-1-save-1");
    private static final MemoryObject OWNER = new MemoryObject(MemoryObject.Kind.TASK, 7);

    /// Three parts and a half.
    private static final int MEBIBYTES = 56;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void asManyRequestsAsWereAskedForAreUnderWayAndTheManifestSaysSo(int streams) throws Exception {
        var store = new Counted(new FolderStore(Files.createDirectories(folder.resolve("store"))));
        var key = KeyFile.read(Files.writeString(folder.resolve("key"), "0123456789abcdef".repeat(4)));
        var settings = new StoredCheckpoints.Settings(Codec.NONE, ByteCount.ofMebi(8), 2, streams);
        try (var checkpoints = new StoredCheckpoints(store, key, settings);
                var draft = checkpoints.draft(ID)) {
            byte[] noise = new byte[1 << 20];
            var random = new Random(5);
            for (int chunk = 0; chunk < MEBIBYTES; chunk++) {
                random.nextBytes(noise);
                var extent = new Extent(OWNER, (long) chunk << 20, 256);
                draft.pages().reserve(extent).put(noise);
                draft.pages().commit(extent);
            }
            draft.commit(new Facts("demo/a", "node-a", "criu", "6.1", "cpu", 7));
            assertThat(store.mostParts.get()).isBetween(1, streams);

            var poured = new AtomicLong();
            try (var saved = checkpoints.open(ID)) {
                store.mostReads.set(0);
                saved.pages().pour((_, _, pages) -> poured.addAndGet(pages.remaining()));
            }
            assertThat(poured.get()).isEqualTo((long) MEBIBYTES << 20);
            assertThat(store.mostReads.get()).isBetween(1, streams);
            assertThat(new Reading(store, key).manifest(ID).streams()).isEqualTo(streams);
        }
    }

    /// One part's worth, as most saves of what was copied ahead: its pages, its index, its manifest.
    @Test
    void aSmallSaveWritesThreeObjectsWithARequestEach() throws Exception {
        var store = new Counted(new FolderStore(Files.createDirectories(folder.resolve("store"))));
        var key = KeyFile.read(Files.writeString(folder.resolve("key"), "0123456789abcdef".repeat(4)));
        var settings = new StoredCheckpoints.Settings(Codec.NONE, ByteCount.ofMebi(8), 2);
        try (var checkpoints = new StoredCheckpoints(store, key, settings);
                var draft = checkpoints.draft(ID)) {
            var extent = new Extent(OWNER, 0, 1);
            draft.pages().reserve(extent).put(new byte[Extent.PAGE_SIZE]).put(0, (byte) 1);
            draft.pages().commit(extent);

            draft.commit(new Facts("demo/a", "node-a", "criu", "6.1", "cpu", 7));
        }
        assertThat(store.writes.get()).isEqualTo(3);
    }

    private static final class Counted extends Relay {
        private final AtomicInteger writes = new AtomicInteger();
        private final AtomicInteger reads = new AtomicInteger();
        private final AtomicInteger parts = new AtomicInteger();
        private final AtomicInteger mostReads = new AtomicInteger();
        private final AtomicInteger mostParts = new AtomicInteger();

        Counted(ObjectStore real) {
            super(real);
        }

        @Override
        public void read(String key, long offset, ByteBuffer target) {
            counted(reads, mostReads, () -> super.read(key, offset, target));
        }

        @Override
        public void put(String key, byte[] content) {
            writes.incrementAndGet();
            super.put(key, content);
        }

        @Override
        public void put(String key, ByteBuffer content) {
            writes.incrementAndGet();
            super.put(key, content);
        }

        @Override
        public boolean putIfAbsent(String key, byte[] content) {
            writes.incrementAndGet();
            return super.putIfAbsent(key, content);
        }

        @Override
        public Upload upload(String key) {
            writes.incrementAndGet();
            Upload real = super.upload(key);
            return new Upload() {
                @Override
                public void part(int number, long offset, ByteBuffer content) {
                    writes.incrementAndGet();
                    counted(parts, mostParts, () -> real.part(number, offset, content));
                }

                @Override
                public void complete() {
                    writes.incrementAndGet();
                    real.complete();
                }

                @Override
                public void abort() {
                    real.abort();
                }
            };
        }

        private static void counted(AtomicInteger now, AtomicInteger most, Runnable request) {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            try {
                request.run();
            } finally {
                now.decrementAndGet();
            }
        }
    }
}
