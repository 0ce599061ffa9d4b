package dev.lifeboat.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import dev.lifeboat.notice.NodeName;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// What every checkpoint store must do with image chains, beside all the rest.
public abstract class CheckpointChainContract extends CheckpointStoreContract {
    @Test
    void whatAChainHoldsIsNotStoredAgain() throws Exception {
        var store = store();
        try (var chain = store.chain(NODE)) {
            var taken = ahead(chain, noise(1, 64));
            assertThat(taken.pages().bytes()).isEqualTo(64L * Extent.PAGE_SIZE);
            assertThat(taken.fresh()).isEqualTo(taken.pages());
            assertThat(chain.known()).isEqualTo(taken.pages());
            assertThat(ahead(chain, noise(1, 64)).fresh().bytes()).isZero();

            byte[] now = noise(1, 64);
            System.arraycopy(noise(2, 1), 0, now, 20 * Extent.PAGE_SIZE, Extent.PAGE_SIZE);
            try (var draft = store.draft(ID, chain)) {
                write(draft.pages(), now);
                assertThat(draft.commit(facts("node-a")).stored().bytes()).isLessThan(4L * Extent.PAGE_SIZE);
            }
        }
        store.sweep(NODE);
        try (var saved = store.open(ID)) {
            byte[] expected = noise(1, 64);
            System.arraycopy(noise(2, 1), 0, expected, 20 * Extent.PAGE_SIZE, Extent.PAGE_SIZE);
            assertThat(read(saved, 64)).isEqualTo(expected);
        }
    }

    @Test
    void aPageIsFoundWhereverItLiesNow() throws Exception {
        var store = store();
        try (var chain = store.chain(NODE);
                var draft = store.draft(ID, chain)) {
            ahead(chain, noise(1, 64));
            byte[] moved = noise(1, 64);
            System.arraycopy(noise(1, 64), 0, moved, 32 * Extent.PAGE_SIZE, 32 * Extent.PAGE_SIZE);
            System.arraycopy(noise(1, 64), 32 * Extent.PAGE_SIZE, moved, 0, 32 * Extent.PAGE_SIZE);

            write(draft.pages(), moved);
            assertThat(draft.commit(facts("node-a")).stored().bytes()).isLessThan(2L * Extent.PAGE_SIZE);

            try (var saved = store.open(ID)) {
                assertThat(read(saved, 64)).isEqualTo(moved);
            }
        }
    }

    @Test
    void aRoundThatWasStoppedDoesNoHarm() throws Exception {
        var store = store();
        try (var chain = store.chain(NODE)) {
            try (var layer = chain.layer()) {
                write(layer.pages(), noise(1, 64));
            }
            try (var draft = store.draft(ID, chain)) {
                write(draft.pages(), noise(1, 64));
                draft.commit(facts("node-a"));
            }
        }
        try (var saved = store.open(ID)) {
            assertThat(read(saved, 64)).isEqualTo(noise(1, 64));
        }
    }

    @Test
    void aChainThatWasSweptAwayIsNotReferredTo() throws Exception {
        var store = store();
        try (var chain = store.chain(NODE)) {
            ahead(chain, noise(1, 64));
            store.sweep(NODE);

            try (var draft = store.draft(ID, chain)) {
                write(draft.pages(), noise(1, 64));
                assertThat(draft.commit(facts("node-a")).stored().bytes())
                        .isGreaterThanOrEqualTo(64L * Extent.PAGE_SIZE);
            }
        }
        try (var saved = store.open(ID)) {
            assertThat(read(saved, 64)).isEqualTo(noise(1, 64));
        }
    }

    @Test
    void theNextNodesSweepLeavesAChainAlone() throws Exception {
        var store = store();
        try (var chain = store.chain(NODE)) {
            ahead(chain, noise(1, 64));
            store.sweep(new NodeName("node-b"));

            try (var draft = store.draft(ID, chain)) {
                write(draft.pages(), noise(1, 64));
                assertThat(draft.commit(facts("node-a")).stored().bytes()).isLessThan(2L * Extent.PAGE_SIZE);
            }
        }
    }

    @Test
    void whatADumperLeavesOutComesFromTheNewestSettledLayer() throws Exception {
        var store = store();
        byte[] expected = noise(1, 64);
        Arrays.fill(expected, 0, 8 * Extent.PAGE_SIZE, (byte) 0);
        try (var chain = store.chain(NODE)) {
            try (var layer = chain.layerByAddress()) {
                assertThat(layer.pages().hasParent(TASK)).isFalse();
                write(layer.pages(), expected);
                layer.finish();
                layer.settle();
            }
            replace(expected, 20, noise(2, 4));
            try (var layer = chain.layerByAddress()) {
                assertThat(layer.pages().hasParent(TASK)).isTrue();
                layer.pages().inherit(at(0, 20));
                write(layer.pages(), 20, noise(2, 4));
                layer.pages().inherit(at(24, 40));
                assertThat(layer.finish().pages().bytes()).isEqualTo(64L * Extent.PAGE_SIZE);
                layer.settle();
            }
            replace(expected, 63, noise(3, 1));
            try (var draft = store.draft(ID, chain)) {
                assertThat(draft.pages().hasParent(TASK)).isTrue();
                assertThat(draft.pages().hasParent(new MemoryObject(MemoryObject.Kind.TASK, 8)))
                        .isFalse();
                draft.pages().inherit(at(0, 22));
                draft.pages().inherit(at(22, 41));
                write(draft.pages(), 63, noise(3, 1));
                var size = draft.commit(facts("node-a"));
                assertThat(size.stored().bytes()).isLessThan(4L * Extent.PAGE_SIZE);
                assertThat(size.pages().bytes()).isEqualTo(64L * Extent.PAGE_SIZE);
            }
        }
        store.sweep(NODE);
        try (var saved = store.open(ID)) {
            assertThat(read(saved, 64)).isEqualTo(expected);
        }
    }

    @Test
    void aLayerThatIsNotSettledIsNobodysParent() throws Exception {
        var store = store();
        try (var chain = store.chain(NODE)) {
            try (var layer = chain.layerByAddress()) {
                write(layer.pages(), noise(1, 64));
                layer.finish();
            }
            try (var layer = chain.layerByAddress();
                    var draft = store.draft(ID, chain)) {
                assertThat(layer.pages().hasParent(TASK)).isFalse();
                assertThat(draft.pages().hasParent(TASK)).isFalse();
            }
        }
    }

    @Test
    void aPageThatTheParentDoesNotHaveMustNotBeLeftOut() throws Exception {
        var store = store();
        try (var chain = store.chain(NODE)) {
            try (var layer = chain.layerByAddress()) {
                write(layer.pages(), noise(1, 64));
                layer.finish();
                layer.settle();
            }
            try (var draft = store.draft(ID, chain)) {
                assertThatThrownBy(() -> draft.pages().inherit(at(63, 2))).isInstanceOf(IllegalStateException.class);
            }
        }
    }

    private static Extent at(int page, int pages) {
        return new Extent(TASK, EXTENT.startAddress() + (long) page * Extent.PAGE_SIZE, pages);
    }

    private static void replace(byte[] pages, int page, byte[] content) {
        System.arraycopy(content, 0, pages, page * Extent.PAGE_SIZE, content.length);
    }

    private static void write(PageSink sink, int page, byte[] pages) throws InterruptedException {
        var extent = at(page, pages.length / Extent.PAGE_SIZE);
        sink.reserve(extent).put(pages);
        sink.commit(extent);
    }

    private static CheckpointStore.Taken ahead(CheckpointStore.Chain chain, byte[] pages) throws InterruptedException {
        try (var layer = chain.layer()) {
            write(layer.pages(), pages);
            return layer.finish();
        }
    }
}
