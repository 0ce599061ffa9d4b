package dev.lifeboat.edge.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.agent.StoreFailed;
import dev.lifeboat.checkpoint.CheckpointId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Removal, stopped at every step it has.
final class CatalogTest {
    private static final CheckpointId FIRST = new CheckpointId("m-1-save-1");
    private static final CheckpointId SECOND = new CheckpointId("m-2-save-1");

    @TempDir
    private Path folder;

    @Test
    void aPageThatAnotherCheckpointNeedsStaysWhereverRemovalIsStopped() throws Exception {
        int steps = 0;
        boolean finished = false;
        while (!finished) {
            Path here = Files.createDirectories(folder.resolve("stopped-after-" + steps));
            try (var shelf = new Shelf(here)) {
                shelf.saveOnChain(FIRST.value(), SECOND.value(), 1, 5);
                var store = new FolderStore(shelf.root);
                finished = removedWithin(steps, store);

                var again = new Catalog(store);
                if (!finished && again.entry(FIRST).orElseThrow().state() == Catalog.State.COMMITTED) {
                    again.remove(FIRST);
                }
                again.collect(List.of(Shelf.NODE));

                assertThat(store.list("checkpoints/" + FIRST)).containsExactly("checkpoints/" + FIRST + "/manifest");
                assertThat(store.list("chains/")).noneMatch(key -> key.contains("/for/" + FIRST));
                assertWhole(store, shelf, SECOND);
            }
            steps++;
        }
        assertThat(steps).as("steps of a removal").isGreaterThan(4);
    }

    @Test
    void whenNobodyNeedsAChainAnyMoreItGoesWithItsNode() throws Exception {
        try (var shelf = new Shelf(folder)) {
            shelf.saveOnChain(FIRST.value(), SECOND.value(), 1, 5);
            var store = new FolderStore(shelf.root);
            var catalog = new Catalog(store);
            catalog.remove(FIRST);
            catalog.remove(SECOND);
            assertThat(store.list("chains/")).isNotEmpty();
            assertThat(catalog.collect(List.of(Shelf.NODE))).isPositive();
            assertThat(store.list("chains/")).isEmpty();
        }
    }

    @Test
    void aSaveThatIsUnderWayIsLeftAloneAndARemovedOneIsNeverCommitted() throws Exception {
        try (var shelf = new Shelf(folder)) {
            var store = new FolderStore(shelf.root);
            store.put("checkpoints/" + FIRST + "/0123456789abcdef/data-0000", new byte[100]);
            var catalog = new Catalog(store);
            assertThat(catalog.collect(List.of())).isZero();
            assertThat(catalog.entry(FIRST).orElseThrow().state()).isEqualTo(Catalog.State.UNSETTLED);
            catalog.remove(FIRST);
            assertThatThrownBy(() -> shelf.save(FIRST.value(), "demo/late", 1, 0))
                    .isInstanceOf(StoreFailed.class);
        }
    }

    @Test
    void whatIsNotOursStays() throws Exception {
        try (var shelf = new Shelf(folder)) {
            var store = new FolderStore(shelf.root);
            store.put("checkpoints/readme", new byte[1]);
            store.put("other/thing", new byte[1]);
            assertThat(new Catalog(store).entries()).isEmpty();
            new Catalog(store).collect(List.of());
            assertThat(store.list("")).contains("checkpoints/readme", "other/thing");
        }
    }

    private static void assertWhole(ObjectStore store, Shelf shelf, CheckpointId id)
            throws InterruptedException, IOException {
        try (var saved = new Reading(store, KeyFile.read(shelf.keyFile)).open(id)) {
            for (int chunk = 0; chunk < saved.index().chunks().size(); chunk++) {
                assertThat(saved.chunks().chunk(chunk).remaining()).isPositive();
            }
        }
    }

    /// @return whether it needed no more steps than that
    private static boolean removedWithin(int steps, ObjectStore store) {
        try {
            new Catalog(new Dying(store, steps)).remove(FIRST);
            return true;
        } catch (StoreFailed died) {
            return false;
        }
    }

    /// The remover is killed before its n-th write.
    private static final class Dying extends Relay {
        private final AtomicInteger left;

        Dying(ObjectStore real, int steps) {
            super(real);
            this.left = new AtomicInteger(steps);
        }

        private void step() {
            if (left.getAndDecrement() <= 0) {
                throw new StoreFailed(StoreFailed.Kind.STALLED, "killed here");
            }
        }

        @Override
        public void put(String key, byte[] content) {
            step();
            super.put(key, content);
        }

        @Override
        public void delete(String key) {
            step();
            super.delete(key);
        }
    }
}
