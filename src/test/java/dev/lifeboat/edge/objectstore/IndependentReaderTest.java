package dev.lifeboat.edge.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.agent.CheckpointStore;
import dev.lifeboat.agent.PageSink;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Two implementations of one document come to the same pages.
final class IndependentReaderTest {
    private static final CheckpointId ID = new CheckpointId("m-1-save-1");
    private static final int STREAMS = 3;
    private static final MemoryObject TASK = new MemoryObject(MemoryObject.Kind.TASK, 42);
    private static final MemoryObject SHARED = new MemoryObject(MemoryObject.Kind.SHARED, 3);
    private static final long BASE = 0x7f00_0000_0000L;
    private static final int PAGE = Extent.PAGE_SIZE;
    private static final String KEY = "00112233445566778899aabbccddeeff".repeat(2);

    @TempDir
    Path folder = Path.of("/");

    private KeyFile key;

    @BeforeEach
    void makeKey() throws Exception {
        key = KeyFile.read(Files.writeString(folder.resolve("key"), KEY));
    }

    @ParameterizedTest
    @EnumSource
    void aWholeCheckpointIsReadByBothAlike(Codec codec) throws Exception {
        try (var checkpoints = checkpoints(codec);
                var draft = checkpoints.draft(ID)) {
            fill(draft.pages(), TASK, memory(1));
            fill(draft.pages(), SHARED, memory(2));
            finish(draft);

            assertAlike(checkpoints, Map.of(TASK, memory(1), SHARED, memory(2)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aChainOfThreeLayersIsCollapsedByBothAlike(Codec codec) throws Exception {
        try (var checkpoints = checkpoints(codec);
                var chain = checkpoints.chain(new NodeName("node-a"))) {
            byte[] now = memory(1);
            for (int round = 0; round < 3; round++) {
                System.arraycopy(memory(10 + round), 0, now, round * 40 * PAGE, 20 * PAGE);
                try (var layer = chain.layer()) {
                    fill(layer.pages(), TASK, now);
                    layer.finish();
                }
            }
            System.arraycopy(memory(20), 0, now, 7 * PAGE, 3 * PAGE);
            try (var draft = checkpoints.draft(ID, chain)) {
                fill(draft.pages(), TASK, now);
                finish(draft);
            }
            assertThat(new FolderStore(folder.resolve("store")).list("chains/"))
                    .filteredOn(name -> name.contains("/data-"))
                    .hasSize(3);
            assertAlike(checkpoints, Map.of(TASK, now));
        }
    }

    /// As CRIU does with soft-dirty bits: what was not written does not come again.
    @Test
    void whatADumperLeftOutIsFoundByBothAlike() throws Exception {
        try (var checkpoints = checkpoints(Codec.ZSTD);
                var chain = checkpoints.chain(new NodeName("node-a"))) {
            byte[] now = memory(1);
            try (var layer = chain.layerByAddress()) {
                fill(layer.pages(), TASK, now);
                layer.finish();
                layer.settle();
            }
            System.arraycopy(memory(20), 0, now, 7 * PAGE, 16 * PAGE);
            try (var draft = checkpoints.draft(ID, chain)) {
                PageSink pages = draft.pages();
                assertThat(pages.hasParent(TASK)).isTrue();
                pages.inherit(new Extent(TASK, BASE, 7));
                var written = new Extent(TASK, BASE + 7 * PAGE, 16);
                pages.reserve(written).put(now, 7 * PAGE, 16 * PAGE);
                pages.commit(written);
                pages.inherit(new Extent(TASK, BASE + 23 * PAGE, now.length / PAGE - 23));
                finish(draft);
            }
            assertAlike(checkpoints, Map.of(TASK, now));
        }
    }

    /// It proves the document only while it is short and stands alone.
    @Test
    void itStandsAloneInTwoHundredLines() throws Exception {
        Path source = Path.of("src/test/java/dev/lifeboat/edge/objectstore/IndependentReader.java");
        assertThat(Files.readAllLines(source))
                .hasSizeLessThanOrEqualTo(200)
                .noneMatch(line -> line.startsWith("import dev.lifeboat"));
        assertThat(Files.readString(source))
                .doesNotContain("Sealing.", "KeyFile", "ManifestFile", "Compression", "FolderStore");
    }

    private void assertAlike(StoredCheckpoints checkpoints, Map<MemoryObject, byte[]> memory) throws Exception {
        var theirs =
                new IndependentReader(folder.resolve("store"), HexFormat.of().parseHex(KEY)).read(ID.value());
        assertThat(theirs.body().path("workload").asText()).isEqualTo("lab/pi");
        assertThat(theirs.body().path("streams").asInt()).isEqualTo(STREAMS);
        assertThat(theirs.files())
                .isEqualTo(Map.of(
                        "state/log.txt",
                        rights(folder.resolve("file"))
                                + IndependentReader.digest(Files.readAllBytes(folder.resolve("file")))));
        assertThat(theirs.pages().keySet())
                .containsExactlyInAnyOrderElementsOf(memory.keySet().stream()
                        .map(IndependentReaderTest::name)
                        .toList());
        for (var each : memory.entrySet()) {
            var pages = theirs.pages().get(name(each.getKey()));
            assertThat(pages).isEqualTo(digests(each.getValue())).isEqualTo(ours(checkpoints, each.getKey()));
        }
    }

    private static String rights(Path file) throws IOException {
        return "%o %s:%s "
                .formatted(
                        (int) Files.getAttribute(file, "unix:mode") & 07777,
                        Files.getAttribute(file, "unix:uid"),
                        Files.getAttribute(file, "unix:gid"));
    }

    private static Map<Long, String> ours(StoredCheckpoints checkpoints, MemoryObject owner) throws Exception {
        try (var saved = checkpoints.open(ID)) {
            var pages = new TreeMap<Long, String>();
            for (Extent extent : saved.pages().extents(owner)) {
                for (long at = extent.startAddress(); at < extent.startAddress() + extent.length(); at += PAGE) {
                    pages.put(at, IndependentReader.digest(new byte[PAGE]));
                }
            }
            saved.pages().pour((of, address, some) -> {
                byte[] content = new byte[some.remaining()];
                some.get(content);
                if (of.equals(owner)) {
                    synchronized (pages) {
                        pages.putAll(digests(content, address));
                    }
                }
            });
            return pages;
        }
    }

    private static String name(MemoryObject owner) {
        return owner.kind().name().toLowerCase(Locale.ROOT) + " " + owner.id();
    }

    private static Map<Long, String> digests(byte[] memory) {
        return digests(memory, BASE);
    }

    private static Map<Long, String> digests(byte[] memory, long address) {
        var digests = new TreeMap<Long, String>();
        for (int at = 0; at < memory.length; at += PAGE) {
            try {
                digests.put(address + at, IndependentReader.digest(Arrays.copyOfRange(memory, at, at + PAGE)));
            } catch (GeneralSecurityException impossible) {
                throw new AssertionError(impossible);
            }
        }
        return digests;
    }

    private StoredCheckpoints checkpoints(Codec codec) {
        return new StoredCheckpoints(
                new StoreLocation.Folder(folder.resolve("store")),
                key,
                new StoredCheckpoints.Settings(codec, ByteCount.ofMebi(8), 2, STREAMS));
    }

    private void finish(CheckpointStore.Draft draft) throws Exception {
        Path file = Files.write(folder.resolve("file"), memory(3));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-x---"));
        draft.file("state/log.txt", file);
        draft.commit(new CheckpointStore.Facts("lab/pi", "node-a", "4.1.1", "6.1.0", "cpu", 42));
    }

    private static void fill(PageSink sink, MemoryObject owner, byte[] memory) throws InterruptedException {
        for (int at = 0; at < memory.length; at += 16 * PAGE) {
            int length = Math.min(16 * PAGE, memory.length - at);
            var extent = new Extent(owner, BASE + at, length / PAGE);
            sink.reserve(extent).put(memory, at, length);
            sink.commit(extent);
        }
    }

    /// Some 2 MiB: pages of noise, of few values, and of zeros.
    private static byte[] memory(long seed) {
        var random = new Random(seed);
        byte[] bytes = new byte[500 * PAGE];
        for (int page = 0; page < 500; page++) {
            int kind = random.nextInt(3);
            for (int i = page * PAGE; kind > 0 && i < (page + 1) * PAGE; i++) {
                bytes[i] = (byte) (kind == 1 ? random.nextInt() : random.nextInt(4));
            }
        }
        return bytes;
    }
}
