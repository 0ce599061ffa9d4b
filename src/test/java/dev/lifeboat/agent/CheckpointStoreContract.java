package dev.lifeboat.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.agent.CheckpointStore.Claim;
import dev.lifeboat.agent.CheckpointStore.ClaimAnswer.Lost;
import dev.lifeboat.agent.CheckpointStore.ClaimAnswer.Won;
import dev.lifeboat.agent.CheckpointStore.Facts;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import dev.lifeboat.migration.BackgroundName;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.notice.NoticeId;
import dev.lifeboat.workload.WorkloadId;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every checkpoint store must do: the real one, and the one that the simulation runs on.
public abstract class CheckpointStoreContract {
    static final CheckpointId ID = new CheckpointId("m-1-save-1");
    static final MemoryObject TASK = new MemoryObject(MemoryObject.Kind.TASK, 7);
    static final Extent EXTENT = new Extent(TASK, 0x7f00_0000_0000L, 2);

    static final NodeName NODE = new NodeName("node-a");

    private static final WorkloadId PI = WorkloadId.parse("lab/pi");

    @TempDir
    protected Path folder;

    protected abstract CheckpointStore store();

    @Test
    void aCheckpointExistsOnceItsManifestDoes() throws Exception {
        var store = store();
        try (var draft = store.draft(ID)) {
            write(draft, 42);
            draft.file("criu/core.img", Files.writeString(folder.resolve("core"), "core"));
            assertThat(store.committed(ID)).isFalse();
            assertFails(StoreFailed.Kind.NOT_FOUND, () -> store.open(ID));

            assertThat(draft.commit(facts("node-a")).pages().bytes()).isEqualTo(EXTENT.length());
        }
        assertThat(store.committed(ID)).isTrue();
        try (var saved = store.open(ID)) {
            assertThat(saved.facts()).isEqualTo(facts("node-a"));
            assertThat(saved.files()).containsExactly("criu/core.img");
            saved.fetch("criu/core.img", folder.resolve("back"));
            assertThat(folder.resolve("back")).hasContent("core");
            assertThat(read(saved)).isEqualTo(42);
        }
    }

    @Test
    void theNewestThatNobodyClaimedIsFoundByWhatItIsOf() throws Exception {
        var store = store();
        Instant before = Instant.now();
        var first = MigrationId.of(NoticeId.of("1"), PI, 1).checkpoint(1);
        var second = MigrationId.of(NoticeId.of("2"), PI, 1).checkpoint(1);
        commit(store, first, "node-a");
        // Two saves of one workload lie seconds apart.
        Instant between = awaitLater();
        commit(store, second, "node-a");
        commit(store, MigrationId.of(NoticeId.of("3"), PI, 1).checkpoint(1), "node-b");
        store.settle(MigrationId.of(NoticeId.of("4"), PI, 1).checkpoint(1));

        assertThat(store.unclaimed(PI, NODE, before))
                .map(CheckpointStore.Found::id)
                .contains(second);
        assertThat(store.unclaimed(PI, NODE, Instant.now().plusSeconds(60))).isEmpty();
        assertThat(store.unclaimed(WorkloadId.parse("other/pi"), NODE, before)).isEmpty();

        store.claim(second, new CheckpointStore.Claim("somebody", 1));
        assertThat(store.unclaimed(PI, NODE, before))
                .map(CheckpointStore.Found::id)
                .contains(first);
        assertThat(store.unclaimed(PI, NODE, between)).isEmpty();
    }

    @Test
    void theNewestBackgroundCheckpointsStayAndThoseThatSomebodyHolds() throws Exception {
        var store = store();
        var name = BackgroundName.of(PI, NODE);
        Instant taken = Instant.parse("2026-03-01T12:00:00Z");
        List<CheckpointId> each = Stream.iterate(taken, at -> at.plusSeconds(600))
                .limit(4)
                .map(name::taken)
                .toList();
        for (CheckpointId id : each) {
            commit(store, id, "node-a");
        }
        var saved = MigrationId.of(NoticeId.of("1"), PI, 1).checkpoint(1);
        commit(store, saved, "node-a");
        store.claim(each.getFirst(), new CheckpointStore.Claim("somebody", 1));

        assertThat(store.unclaimed(PI, NODE, Instant.EPOCH))
                .as("a background one is no save: its source runs on")
                .map(CheckpointStore.Found::id)
                .contains(saved);
        store.retire(PI, NODE, 2);

        assertThat(each).map(store::committed).containsExactly(true, false, true, true);
        assertThat(store.committed(saved)).isTrue();
        commit(store, name.taken(taken.plusSeconds(6_000)), "node-a");
    }

    /// Later than all before by any clock of a store.
    private static Instant awaitLater() {
        Instant start = Instant.now();
        Instant now = start;
        while (!now.isAfter(start.plusMillis(2))) {
            Thread.onSpinWait();
            now = Instant.now();
        }
        return now;
    }

    private void commit(CheckpointStore store, CheckpointId id, String node) throws Exception {
        try (var draft = store.draft(id)) {
            write(draft, 42);
            draft.commit(new CheckpointStore.Facts(PI.toString(), node, "criu 4.1.1", "6.1.0", "cpu", 7));
        }
    }

    @Test
    void aFileComesBackWithItsPermissions() throws Exception {
        var store = store();
        Path secret = Files.writeString(folder.resolve("secret"), "word");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("r--------"));
        try (var draft = store.draft(ID)) {
            write(draft, 42);
            draft.file("state/secret", secret);
            draft.commit(facts("node-a"));
        }

        try (var saved = store.open(ID)) {
            saved.fetch("state/secret", folder.resolve("back"));
        }

        assertThat(Files.getPosixFilePermissions(folder.resolve("back")))
                .isEqualTo(PosixFilePermissions.fromString("r--------"));
    }

    @Test
    void aDraftThatWasClosedLeavesNoCheckpoint() throws Exception {
        var store = store();
        try (var draft = store.draft(ID)) {
            write(draft, 42);
        }
        assertThat(store.committed(ID)).isFalse();
        assertFails(StoreFailed.Kind.NOT_FOUND, () -> store.open(ID));
    }

    @Test
    void aDraftMayChangeItsCodecOnTheWayAndComesBackWhole() throws Exception {
        var store = store();
        var pieces = new TreeMap<Long, byte[]>();
        try (var draft = store.draft(ID)) {
            long address = EXTENT.startAddress();
            for (Codec codec : List.of(Codec.ZSTD, Codec.LZ4, Codec.NONE, Codec.ZSTD)) {
                draft.pack(codec);
                for (int i = 0; i < 3; i++) {
                    byte[] compressible = Arrays.copyOf(noise(address, 1), PageSink.LONGEST_EXTENT);
                    var extent = new Extent(TASK, address, PageSink.LONGEST_EXTENT / Extent.PAGE_SIZE);
                    draft.pages().reserve(extent).put(compressible);
                    draft.pages().commit(extent);
                    pieces.put(address, compressible);
                    address += PageSink.LONGEST_EXTENT;
                }
            }
            draft.commit(facts("node-a"));
        }
        try (var saved = store.open(ID)) {
            for (var piece : pieces.entrySet()) {
                var back = ByteBuffer.allocate(PageSink.LONGEST_EXTENT);
                saved.pages().read(new Extent(TASK, piece.getKey(), PageSink.LONGEST_EXTENT / Extent.PAGE_SIZE), back);
                assertThat(back.array()).isEqualTo(piece.getValue());
            }
        }
    }

    @Test
    void ofTwoDraftsOfOneNameTheFirstCommitCounts() throws Exception {
        var store = store();
        try (var first = store.draft(ID);
                var second = store.draft(ID)) {
            write(first, 1);
            write(second, 2);
            first.commit(facts("node-a"));

            assertFails(StoreFailed.Kind.REFUSED, () -> second.commit(facts("node-b")));
        }
        try (var saved = store.open(ID)) {
            assertThat(saved.facts()).isEqualTo(facts("node-a"));
            assertThat(read(saved)).isEqualTo(1);
        }
    }

    @Test
    void aCommittedNameTakesNoOtherDraft() throws Exception {
        var store = store();
        try (var draft = store.draft(ID)) {
            draft.commit(facts("node-a"));
        }
        assertFails(StoreFailed.Kind.REFUSED, () -> store.draft(ID));
    }

    @Test
    void aDraftThatWasGivenUpCannotBeCommitted() throws Exception {
        var store = store();
        try (var draft = store.draft(ID)) {
            write(draft, 42);
            draft.abort();

            assertFails(StoreFailed.Kind.STALLED, () -> draft.commit(facts("node-a")));
            assertThat(draft.isSent()).isFalse();
        }
        assertThat(store.committed(ID)).isFalse();
    }

    @Test
    void whatIsSettledBeforeItsCommitNeverComes() throws Exception {
        var store = store();
        try (var draft = store.draft(ID)) {
            write(draft, 42);

            assertThat(store.settle(ID)).isFalse();
            assertThat(draft.isSent()).isFalse();

            assertFails(StoreFailed.Kind.REFUSED, () -> draft.commit(facts("node-a")));
            assertThat(draft.isSent()).isTrue();
        }
        assertThat(store.settle(ID)).isFalse();
        assertThat(store.committed(ID)).isFalse();
        assertFails(StoreFailed.Kind.NOT_FOUND, () -> store.open(ID));
        assertFails(StoreFailed.Kind.REFUSED, () -> store.draft(ID));
    }

    @Test
    void whatIsCommittedStays() throws Exception {
        var store = store();
        try (var draft = store.draft(ID)) {
            write(draft, 42);
            draft.commit(facts("node-a"));
        }
        assertThat(store.settle(ID)).isTrue();
        try (var saved = store.open(ID)) {
            assertThat(read(saved)).isEqualTo(42);
        }
    }

    @Test
    void ofTwoClaimantsOfOneEpochTheFirstWinsHoweverOftenItAsks() {
        var store = store();
        var first = new Claim("node-b", 1);

        assertThat(store.claim(ID, first)).isEqualTo(new Won());
        assertThat(store.claim(ID, new Claim("node-c", 1))).isEqualTo(new Lost(first, false));
        assertThat(store.claim(ID, first)).isEqualTo(new Won());
    }

    @Test
    void aHigherEpochTakesOverWhatIsNotConfirmed() {
        var store = store();
        var first = new Claim("node-b", 1);
        var second = new Claim("node-c", 2);
        store.claim(ID, first);

        assertThat(store.claim(ID, second)).isEqualTo(new Won());
        assertThat(store.confirm(ID, first)).isEqualTo(new Lost(second, false));
        assertThat(store.claim(ID, first)).isEqualTo(new Lost(second, false));
        assertThat(store.confirm(ID, second)).isEqualTo(new Won());
    }

    @Test
    void aConfirmedClaimIsFinal() {
        var store = store();
        var holder = new Claim("node-b", 1);
        store.claim(ID, holder);
        store.confirm(ID, holder);

        assertThat(store.claim(ID, new Claim("node-c", 2))).isEqualTo(new Lost(holder, true));
        assertThat(store.confirm(ID, holder)).isEqualTo(new Won());
        assertThat(store.claim(ID, holder)).isEqualTo(new Won());
    }

    @Test
    void nobodyConfirmsWhatNobodyClaimed() {
        assertFails(StoreFailed.Kind.NOT_FOUND, () -> store().confirm(ID, new Claim("node-b", 1)));
    }

    /// Pages that no codec makes smaller.
    static byte[] noise(long seed, int pages) {
        byte[] bytes = new byte[pages * Extent.PAGE_SIZE];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static void write(PageSink sink, byte[] pages) throws InterruptedException {
        var extent = new Extent(TASK, EXTENT.startAddress(), pages.length / Extent.PAGE_SIZE);
        sink.reserve(extent).put(pages);
        sink.commit(extent);
    }

    /// Page by page, and all at once, which has to come to the same.
    static byte[] read(CheckpointStore.Saved saved, int pages) throws Exception {
        var extent = new Extent(TASK, EXTENT.startAddress(), pages);
        var back = ByteBuffer.allocate((int) extent.length());
        saved.pages().read(extent, back);
        byte[] poured = new byte[back.capacity()];
        saved.pages().pour((owner, address, some) -> {
            assertThat(owner).isEqualTo(TASK);
            some.get(some.position(), poured, (int) (address - EXTENT.startAddress()), some.remaining());
        });
        assertThat(poured).isEqualTo(back.array());
        return back.array();
    }

    private static void assertFails(StoreFailed.Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StoreFailed.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }

    static Facts facts(String node) {
        return new Facts("lab/pi", node, "criu 4.1.1", "6.1.0", "cpu", 7);
    }

    private static void write(CheckpointStore.Draft draft, int value) throws InterruptedException {
        ByteBuffer room = draft.pages().reserve(EXTENT);
        for (int at = 0; at < EXTENT.length(); at += Integer.BYTES) {
            room.putInt(value);
        }
        draft.pages().commit(EXTENT);
    }

    private static int read(CheckpointStore.Saved saved) throws InterruptedException {
        assertThat(saved.pages().objects()).containsExactly(TASK);
        assertThat(saved.pages().extents(TASK)).containsExactly(EXTENT);
        ByteBuffer back = ByteBuffer.allocate((int) EXTENT.length());
        saved.pages().read(EXTENT, back);
        return back.getInt((int) EXTENT.length() - Integer.BYTES);
    }
}
