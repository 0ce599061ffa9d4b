package dev.lifeboat.edge.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.agent.CorruptCheckpoint;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every store must do, the real ones included.
abstract class ObjectStoreContract {
    private static final int LEAST_PART = 5 << 20;

    private String prefix = "";

    @BeforeEach
    void inItsOwnPlace() {
        prefix = "contract-" + UUID.randomUUID() + "/";
    }

    abstract ObjectStore store();

    @Test
    void givesBackPartsThatCameOutOfOrder() {
        ByteBuffer whole = noise(2 * LEAST_PART + 12_345);
        var upload = store().upload(prefix + "parts");
        upload.part(3, 2 * LEAST_PART, whole.slice(2 * LEAST_PART, 12_345));
        upload.part(1, 0, whole.slice(0, LEAST_PART));
        upload.part(2, LEAST_PART, whole.slice(LEAST_PART, LEAST_PART));
        assertThat(store().get(prefix + "parts", 1 << 30)).isEmpty();

        upload.complete();

        ByteBuffer across = ByteBuffer.allocateDirect(1000);
        store().read(prefix + "parts", LEAST_PART - 500, across);
        assertThat(across.flip()).isEqualTo(whole.slice(LEAST_PART - 500, 1000));
    }

    @Test
    void givesBackSealedChunksThatWerePutWhole() {
        ByteBuffer whole = noise(12_345);

        store().put(prefix + "whole", whole.duplicate());

        ByteBuffer across = ByteBuffer.allocateDirect(1000);
        store().read(prefix + "whole", 500, across);
        assertThat(across.flip()).isEqualTo(whole.slice(500, 1000));
        assertThat(store().list(prefix)).containsExactly(prefix + "whole");
    }

    @Test
    void anAbortedUploadLeavesNothing() {
        var upload = store().upload(prefix + "aborted");
        upload.part(1, 0, noise(1000));

        upload.abort();

        assertThat(store().list(prefix)).isEmpty();
    }

    @Test
    void theFirstPutWinsAndTheSecondChangesNothing() {
        assertThat(store().putIfAbsent(prefix + "first", bytes("one"))).isTrue();

        assertThat(store().putIfAbsent(prefix + "first", bytes("two"))).isFalse();

        assertThat(text(store().get(prefix + "first", 100))).isEqualTo("one");
    }

    @Test
    void ofManyFirstPutsAtOnceOneWins() throws Exception {
        assertThat(winners(i -> store().putIfAbsent(prefix + "race", bytes("put " + i))))
                .isEqualTo(1);
    }

    private interface Try {
        boolean run(int number);
    }

    private static long winners(Try attempt) throws Exception {
        var start = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var results = new ArrayList<Future<Boolean>>();
            IntStream.range(0, 16)
                    .forEach(i -> results.add(threads.submit(() -> {
                        start.await();
                        return attempt.run(i);
                    })));
            start.countDown();
            long won = 0;
            for (var result : results) {
                won += result.get() ? 1 : 0;
            }
            return won;
        }
    }

    @Test
    void listsByPrefixInOrder() {
        for (String key : new String[] {"b/2", "b/1", "a"}) {
            store().putIfAbsent(prefix + key, bytes(key));
        }

        assertThat(store().list(prefix + "b/")).containsExactly(prefix + "b/1", prefix + "b/2");
    }

    @Test
    void aDeletedObjectIsGone() {
        store().putIfAbsent(prefix + "gone", bytes("x"));

        store().delete(prefix + "gone");
        store().delete(prefix + "gone");

        assertThat(store().get(prefix + "gone", 10)).isEmpty();
    }

    @Test
    void saysThatAnObjectIsMissingOrTooShort() {
        store().putIfAbsent(prefix + "short", bytes("four"));

        assertThatThrownBy(() -> store().read(prefix + "nothing", 0, ByteBuffer.allocate(10)))
                .isInstanceOf(CorruptCheckpoint.class)
                .hasMessageContaining(prefix + "nothing");
        assertThatThrownBy(() -> store().read(prefix + "short", 2, ByteBuffer.allocate(10)))
                .isInstanceOf(CorruptCheckpoint.class)
                .hasMessageContaining(prefix + "short");
        assertThatThrownBy(() -> store().read(prefix + "short", 20, ByteBuffer.allocate(10)))
                .isInstanceOf(CorruptCheckpoint.class);
    }

    @Test
    void refusesAnObjectThatIsBiggerThanItMayBe() {
        store().putIfAbsent(prefix + "big", bytes("12345"));

        assertThat(store().get(prefix + "big", 5)).isPresent();
        assertThatThrownBy(() -> store().get(prefix + "big", 4)).isInstanceOf(CorruptCheckpoint.class);
    }

    private static ByteBuffer noise(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return ByteBuffer.allocateDirect(size).put(bytes).flip();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(Optional<byte[]> content) {
        return new String(content.orElseThrow(), StandardCharsets.UTF_8);
    }
}
