package dev.lifeboat.edge.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.agent.CheckpointStore;
import dev.lifeboat.agent.CheckpointStore.Claim;
import dev.lifeboat.agent.CheckpointStore.ClaimAnswer.Lost;
import dev.lifeboat.agent.CheckpointStore.ClaimAnswer.Won;
import dev.lifeboat.agent.CorruptCheckpoint;
import dev.lifeboat.agent.PageSink;
import dev.lifeboat.agent.StoreFailed;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteCount;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class StoredCheckpointsTest {
    private static final CheckpointId ID = new CheckpointId("m-1-save-1");
    private static final ByteCount MEMORY = ByteCount.ofMebi(4);
    private static final String KEY = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    private static final CheckpointStore.Facts FACTS =
            new CheckpointStore.Facts("default/counter", "node-a", "criu 4.1.1", "6.1.0", "GenuineIntel 6 143 8", 42);

    @TempDir
    Path folder;

    private Path keyFile;

    @BeforeEach
    void writeKey() throws Exception {
        keyFile = Files.writeString(folder.resolve("key"), KEY + "\n");
    }

    private StoredCheckpoints checkpoints(Codec codec) {
        return new StoredCheckpoints(
                new StoreLocation.Folder(folder.resolve("store")),
                key(),
                new StoredCheckpoints.Settings(codec, MEMORY, 2));
    }

    private Settlement settlement() {
        return Settlement.of(new FolderStore(folder.resolve("store")), ID);
    }

    private KeyFile key() {
        return KeyFile.read(keyFile);
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void givesBackEveryPageOfRandomLayers(Codec codec) throws Exception {
        for (long seed = 1; seed <= 5; seed++) {
            var checkpoints = checkpoints(codec);
            var id = new CheckpointId("seed-" + seed + "-" + codec.name().toLowerCase(java.util.Locale.ROOT));
            var layer = randomLayer(new Random(seed), 20);
            Path file = Files.write(folder.resolve("file-" + id), page(new Random(seed), 2_500_000));
            Path empty = Files.write(folder.resolve("empty-" + id), new byte[0]);

            var draft = checkpoints.draft(id);
            write(draft, layer);
            draft.file("state/log/out.txt", file);
            draft.file("criu/empty.img", empty);
            draft.commit(FACTS);

            try (var saved = checkpoints.open(id)) {
                assertThat(saved.facts()).isEqualTo(FACTS);
                assertSame(saved, layer, "seed " + seed);
                var entries = saved.files();
                assertThat(entries).containsExactly("state/log/out.txt", "criu/empty.img");
                Path back = folder.resolve("back-" + id);
                saved.fetch(entries.get(0), back);
                assertThat(back).hasSameBinaryContentAs(file);
                saved.fetch(entries.get(1), folder.resolve("back-empty-" + id));
                assertThat(folder.resolve("back-empty-" + id)).isEmptyFile();
            }
        }
    }

    @Test
    void zeroPagesCostNothing() throws Exception {
        var draft = checkpoints(Codec.NONE).draft(ID);
        write(draft, Map.of(new Extent(task(7), 0, 2048), new byte[2048 * Extent.PAGE_SIZE]));

        var size = draft.commit(FACTS);

        assertThat(size.pages()).isEqualTo(ByteCount.ofMebi(8));
        assertThat(size.stored().bytes()).isLessThan(1000);
    }

    @Test
    void withoutManifestThereIsNoCheckpoint() throws Exception {
        var checkpoints = checkpoints(Codec.ZSTD);
        var draft = checkpoints.draft(ID);
        write(draft, randomLayer(new Random(1), 10));

        assertThat(checkpoints.committed(ID)).isFalse();

        draft.close();
        checkpoints.close();
        assertThat(new FolderStore(folder.resolve("store")).list("")).isEmpty();
    }

    @Test
    void aSettledCheckpointIsNeverCommittedLater() throws Exception {
        var checkpoints = checkpoints(Codec.ZSTD);
        var draft = checkpoints.draft(ID);
        write(draft, randomLayer(new Random(1), 3));

        assertThat(settlement().attempt()).isNull();

        assertThatThrownBy(() -> draft.commit(FACTS))
                .isInstanceOf(StoreFailed.class)
                .hasMessageContaining("settled");
        assertThat(checkpoints.committed(ID)).isFalse();
        assertThat(settlement().attempt()).isNull();
    }

    @Test
    void aCommittedCheckpointIsNeverAbandoned() throws Exception {
        var checkpoints = checkpoints(Codec.ZSTD);
        var draft = checkpoints.draft(ID);
        draft.commit(FACTS);

        assertThat(settlement().attempt()).isNotNull();
    }

    @Test
    void aFlippedBitAnywhereIsRefusedAndNamed() throws Exception {
        var checkpoints = checkpoints(Codec.LZ4);
        var draft = checkpoints.draft(ID);
        write(draft, randomLayer(new Random(5), 6));
        draft.commit(FACTS);
        var store = new FolderStore(folder.resolve("store"));
        var random = new Random(11);

        for (String key : store.list("")) {
            Path file = folder.resolve("store").resolve(key);
            byte[] good = Files.readAllBytes(file);
            for (int round = 0; round < 20; round++) {
                byte[] bad = good.clone();
                // The manifest's envelope is text: flip within the sealed part there.
                int at =
                        key.endsWith("manifest") ? good.length - 10 - random.nextInt(300) : random.nextInt(good.length);
                bad[at] ^= (byte) (1 << random.nextInt(3));
                Files.write(file, bad);
                boolean atOnce = round % 2 == 0;
                assertThatThrownBy(() -> {
                            if (atOnce) {
                                pourAll(checkpoints);
                            } else {
                                readAll(checkpoints);
                            }
                        })
                        .as("bit flipped at %d of %s", at, key)
                        .isInstanceOf(CorruptCheckpoint.class)
                        .hasMessageContaining(key.endsWith("manifest") ? "manifest" : key)
                        .hasMessageContaining(key.endsWith("manifest") ? "manifest" : "chunk");
            }
            Files.write(file, good);
        }
        readAll(checkpoints);
    }

    @Test
    void aFlippedBitInALayerOfTheChainIsRefusedAndNamed() throws Exception {
        var checkpoints = checkpoints(Codec.ZSTD);
        var layer = randomLayer(new Random(5), 6);
        try (var chain = checkpoints.chain(new NodeName("node-a"));
                var round = chain.layer();
                var draft = checkpoints.draft(ID, chain)) {
            write(round.pages(), layer);
            round.finish();
            write(draft, layer);
            assertThat(draft.commit(FACTS).stored().bytes()).isLessThan(20_000);
        }
        checkpoints.close();
        try (var saved = checkpoints.open(ID)) {
            assertSame(saved, layer, "from the chain alone");
        }
        var keys = new FolderStore(folder.resolve("store")).list("chains/");
        assertThat(keys).anyMatch(key -> key.endsWith("/0/data-0000"));
        String key =
                keys.stream().filter(each -> each.contains("data-")).findFirst().orElseThrow();
        Path file = folder.resolve("store").resolve(key);
        byte[] bad = Files.readAllBytes(file);
        bad[bad.length / 2] ^= 4;
        Files.write(file, bad);

        assertThatThrownBy(() -> readAll(checkpoints))
                .isInstanceOf(CorruptCheckpoint.class)
                .hasMessageContaining(key)
                .hasMessageContaining("chunk");
    }

    @Test
    void aChainThatNoCheckpointNeedsLeavesNothing() throws Exception {
        var checkpoints = checkpoints(Codec.ZSTD);
        try (var chain = checkpoints.chain(new NodeName("node-a"));
                var round = chain.layer();
                var draft = checkpoints.draft(ID, chain)) {
            write(round.pages(), randomLayer(new Random(5), 6));
            round.finish();
            write(draft, randomLayer(new Random(5), 6));
        }
        checkpoints.close();
        checkpoints(Codec.ZSTD).sweep(new NodeName("node-a"));
        assertThat(new FolderStore(folder.resolve("store")).list("")).isEmpty();
    }

    @Test
    void anotherKeyOpensNothing() throws Exception {
        checkpoints(Codec.ZSTD).draft(ID).commit(FACTS);
        Files.writeString(keyFile, KEY.replace('0', 'f'));

        assertThatThrownBy(() -> checkpoints(Codec.ZSTD).open(ID))
                .isInstanceOf(CorruptCheckpoint.class)
                .hasMessageContaining("give every node the same key file");
    }

    @Test
    void saysHowToMakeAKeyWhenThereIsNone() {
        assertThatThrownBy(() -> KeyFile.read(folder.resolve("absent")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("head -c 32 /dev/urandom");
        assertThatThrownBy(() -> KeyFile.read(Files.write(folder.resolve("raw"), new byte[] {-1, 7, -2})))
                .hasMessageContaining("raw holds raw bytes, and a key is text");
        assertThatThrownBy(() -> KeyFile.read(Files.writeString(folder.resolve("short"), "abcd")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("32 bytes");
    }

    @Test
    void aStoreThatRefusesFailsTheSaveAndGivesTheBuffersBack() throws Exception {
        var checkpoints = new StoredCheckpoints(
                new RefusingStore(), key(), new StoredCheckpoints.Settings(Codec.NONE, MEMORY, 2));
        for (int save = 0; save < 3; save++) {
            var draft = checkpoints.draft(ID);
            assertThatThrownBy(() -> {
                        write(draft, randomLayer(new Random(1), 100));
                        draft.commit(FACTS);
                    })
                    .isInstanceOf(StoreFailed.class)
                    .hasMessageContaining("bucket full");
            draft.close();
        }
        assertThat(checkpoints.memory()).isLessThanOrEqualTo(MEMORY.plus(ByteCount.ofMebi(96)));
    }

    @Test
    void aLaterAttemptTakesOverAHeldClaimButNotARunningOne() {
        var checkpoints = checkpoints(Codec.ZSTD);
        var first = new Claim("node-b", 1);
        var second = new Claim("node-c", 2);

        assertThat(checkpoints.claim(ID, first)).isEqualTo(new Won());
        assertThat(checkpoints.claim(ID, first)).isEqualTo(new Won());
        assertThat(checkpoints.claim(ID, new Claim("node-c", 1))).isEqualTo(new Lost(first, false));
        assertThat(checkpoints.claim(ID, second)).isEqualTo(new Won());
        assertThat(checkpoints.confirm(ID, first)).isEqualTo(new Lost(second, false));
        assertThat(checkpoints.confirm(ID, second)).isEqualTo(new Won());
        assertThat(checkpoints.confirm(ID, second)).isEqualTo(new Won());
        assertThat(checkpoints.claim(ID, new Claim("node-d", 3))).isEqualTo(new Lost(second, true));
    }

    private static void pourAll(StoredCheckpoints checkpoints) throws Exception {
        try (var saved = checkpoints.open(ID)) {
            saved.pages().pour((_, _, _) -> {});
        }
    }

    private static void readAll(StoredCheckpoints checkpoints) throws InterruptedException {
        try (var saved = checkpoints.open(ID)) {
            for (MemoryObject owner : saved.pages().objects()) {
                for (Extent extent : saved.pages().extents(owner)) {
                    saved.pages().read(extent, ByteBuffer.allocate((int) extent.length()));
                }
            }
        }
    }

    private static void write(CheckpointStore.Draft draft, Map<Extent, byte[]> layer) throws InterruptedException {
        write(draft.pages(), layer);
    }

    private static void write(PageSink sink, Map<Extent, byte[]> layer) throws InterruptedException {
        for (var entry : layer.entrySet()) {
            for (long done = 0; done < entry.getKey().pages(); done += 256) {
                Extent whole = entry.getKey();
                var piece = new Extent(
                        whole.owner(),
                        whole.startAddress() + done * Extent.PAGE_SIZE,
                        Math.min(256, whole.pages() - done));
                sink.reserve(piece).put(entry.getValue(), (int) (done * Extent.PAGE_SIZE), (int) piece.length());
                sink.commit(piece);
            }
        }
    }

    private static void assertSame(CheckpointStore.Saved saved, Map<Extent, byte[]> layer, String what)
            throws Exception {
        assertPoured(saved, layer, what);
        for (var entry : layer.entrySet()) {
            var back = ByteBuffer.allocate((int) entry.getKey().length());
            saved.pages().read(entry.getKey(), back);
            assertThat(back.array()).as(what).isEqualTo(entry.getValue());
        }
        long stored = saved.pages().objects().stream()
                .flatMap(owner -> saved.pages().extents(owner).stream())
                .mapToLong(Extent::pages)
                .sum();
        assertThat(stored)
                .isEqualTo(layer.keySet().stream().mapToLong(Extent::pages).sum());
    }

    /// Every page that is not zero comes once, when it is asked for; what does not come is zero.
    private static void assertPoured(CheckpointStore.Saved saved, Map<Extent, byte[]> layer, String what)
            throws Exception {
        var left = new ConcurrentHashMap<Long, byte[]>();
        layer.forEach((extent, bytes) -> {
            for (int at = 0; at < bytes.length; at += Extent.PAGE_SIZE) {
                left.put(extent.startAddress() + at, Arrays.copyOfRange(bytes, at, at + Extent.PAGE_SIZE));
            }
        });
        var pages = layer.keySet().stream()
                .flatMap(extent -> LongStream.range(0, extent.pages())
                        .mapToObj(
                                page -> new Extent(extent.owner(), extent.startAddress() + page * Extent.PAGE_SIZE, 1)))
                .collect(Collectors.partitioningBy(page -> page.startAddress() / Extent.PAGE_SIZE % 7 < 5));
        for (List<Extent> some : pages.values()) {
            var asked = Set.copyOf(some);
            saved.pages().pour(some, (owner, address, content) -> {
                for (long at = address; content.hasRemaining(); at += Extent.PAGE_SIZE) {
                    byte[] page = new byte[Extent.PAGE_SIZE];
                    content.get(page);
                    assertThat(left.remove(at)).as("%s, page %x", what, at).isEqualTo(page);
                    assertThat(asked).contains(new Extent(owner, at, 1));
                }
            });
        }
        assertThat(left.values()).as(what).allMatch(page -> Arrays.equals(page, new byte[Extent.PAGE_SIZE]));
    }

    /// Pages of noise, of text-like bytes and of zeros, in extents with gaps.
    private static Map<Extent, byte[]> randomLayer(RandomGenerator random, int extents) {
        var layer = new LinkedHashMap<Extent, byte[]>();
        long address = 0x7f00_0000_0000L;
        for (int i = 0; i < extents; i++) {
            int pages = 1 + random.nextInt(random.nextInt(4) == 0 ? 600 : 20);
            var owner = random.nextInt(5) == 0 ? new MemoryObject(MemoryObject.Kind.SHARED, 3) : task(7);
            layer.put(new Extent(owner, address, pages), page(random, pages * Extent.PAGE_SIZE));
            address += (pages + random.nextInt(3)) * (long) Extent.PAGE_SIZE;
        }
        return layer;
    }

    private static byte[] page(RandomGenerator random, int length) {
        byte[] bytes = new byte[length];
        for (int at = 0; at < length; at += Extent.PAGE_SIZE) {
            int kind = random.nextInt(3);
            for (int i = at; kind > 0 && i < Math.min(length, at + Extent.PAGE_SIZE); i++) {
                bytes[i] = (byte) (kind == 1 ? random.nextInt() : random.nextInt(4));
            }
        }
        return bytes;
    }

    private static MemoryObject task(long pid) {
        return new MemoryObject(MemoryObject.Kind.TASK, pid);
    }
}
