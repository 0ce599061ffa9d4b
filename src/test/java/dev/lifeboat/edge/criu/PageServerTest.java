package dev.lifeboat.edge.criu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lifeboat.agent.PageSink;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import dev.lifeboat.checkpoint.MemoryObject.Kind;
import dev.lifeboat.edge.criu.ProtocolViolation.Code;
import dev.lifeboat.quantity.ByteCount;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ByteChannel;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PageServerTest {
    private static final MemoryObject TASK = new MemoryObject(Kind.TASK, 4242);
    private static final MemoryObject SHARED = new MemoryObject(Kind.SHARED, 7);
    private static final int PRESENT = 4 << 16 | 6;
    private static final int IN_PARENT = 1 << 16 | 6;
    private static final int OPEN = 4;
    private static final int ASK_PARENT = 5;
    private static final int CLOSE = 0x1024;

    private final RecordingSink sink = new RecordingSink();

    @ParameterizedTest
    @EnumSource
    void everyPageReachesTheSinkUnderItsAddress(WireFormat format) throws Exception {
        var peer = new Conversation(format)
                .say(OPEN, TASK)
                .extent(PRESENT, TASK, 0x1000, 2)
                .extent(PRESENT, TASK, 0x8000, 1)
                .say(OPEN, SHARED)
                .extent(PRESENT, SHARED, 0, 3)
                .say(CLOSE, TASK);
        assertThat(peer.serve()).isEqualTo(new ByteCount(6 * 4096));
        assertThat(peer.answers.toByteArray())
                .as("two times no parent, then all taken")
                .containsExactly(0, 0, 0, 0, 0, 0);
        assertThat(sink.extents(TASK)).containsExactly(new Extent(TASK, 0x1000, 2), new Extent(TASK, 0x8000, 1));
        var read = ByteBuffer.allocate(2 * 4096);
        sink.read(new Extent(TASK, 0x1000, 2), read);
        assertThat(read.array()).isEqualTo(Conversation.content(0x1000, 2));
    }

    @ParameterizedTest
    @EnumSource
    void theRehearsalIsAWholeDump(WireFormat format) throws Exception {
        assertThat(Rehearsal.of(format)).isEqualTo(new ByteCount(4096));
    }

    @Test
    void longExtentsReachTheSinkInPieces() throws Exception {
        new Conversation(WireFormat.UP_TO_4_1)
                .say(OPEN, TASK)
                .extent(PRESENT, TASK, 0x1000, 600)
                .say(CLOSE, TASK)
                .serve();
        assertThat(sink.extents(TASK))
                .containsExactly(
                        new Extent(TASK, 0x1000, 256), new Extent(TASK, 0x101000, 256), new Extent(TASK, 0x201000, 88));
    }

    @Test
    void holesAreInheritedWhereTheSinkKnowsAParent() throws Exception {
        var parented = new RecordingSink() {
            @Override
            public boolean hasParent(MemoryObject owner) {
                return true;
            }
        };
        var peer = new Conversation(WireFormat.UP_TO_4_1)
                .say(ASK_PARENT, TASK)
                .say(OPEN, TASK)
                .extent(IN_PARENT, TASK, 0x1000, 1000)
                .extent(PRESENT, TASK, 0x800000, 1)
                .say(CLOSE, TASK);
        peer.serve(parented);
        assertThat(peer.answers.toByteArray()).containsExactly(1, 0, 0, 0, 1, 0, 0, 0, 0);
        assertThat(parented.inherited).containsExactly(new Extent(TASK, 0x1000, 1000));
    }

    @Test
    void ordersThatCouldNotBePutTogetherAgainAreRefused() {
        refuses(Code.OBJECT_NOT_OPEN, open().extent(PRESENT, SHARED, 0x1000, 1));
        refuses(Code.OBJECT_NOT_OPEN, start().extent(PRESENT, TASK, 0x1000, 1));
        refuses(Code.OBJECT_OPENED_TWICE, open().say(OPEN, TASK));
        refuses(Code.NO_PARENT, open().extent(IN_PARENT, TASK, 0x1000, 1));
        refuses(
                Code.EXTENT_OUT_OF_ORDER,
                open().extent(PRESENT, TASK, 0x1000, 2).extent(PRESENT, TASK, 0x2000, 1));
        refuses(
                Code.EXTENT_OUT_OF_ORDER,
                open().extent(PRESENT, TASK, 0x9000, 1).extent(PRESENT, TASK, 0x1000, 1));
    }

    @Test
    void aStreamThatEndsEarlyIsNeverTakenForADump() {
        refuses(Code.NOT_CLOSED, start());
        refuses(Code.NOT_CLOSED, open().extent(PRESENT, TASK, 0x1000, 1));
        refuses(Code.CUT_OFF, open().extent(PRESENT, TASK, 0x1000, 1).cut(1));
        refuses(Code.CUT_OFF, open().extent(PRESENT, TASK, 0x1000, 1).cut(4096));
        refuses(Code.CUT_OFF, open().cut(23));
    }

    @Test
    void bytesAtRandomEndInARefusalAndNothingElse() {
        for (long seed = 0; seed < 2000; seed++) {
            var random = new Random(seed);
            var peer = open();
            var noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            peer.said.writeBytes(noise);
            assertThatExceptionOfType(ProtocolViolation.class)
                    .as("seed %d", seed)
                    .isThrownBy(() -> peer.serve(new RecordingSink()));
        }
    }

    @Test
    void whatASinkThrowsEndsTheConversationWithoutAnAnswer() {
        var peer = open().extent(PRESENT, TASK, 0x1000, 1).say(CLOSE, TASK);
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> peer.serve(new RecordingSink() {
                    @Override
                    public void commit(Extent extent) {
                        throw new IllegalStateException("disk full");
                    }
                }))
                .withMessage("disk full");
        assertThat(peer.answers.size()).isEqualTo(1);
    }

    private void refuses(Code code, Conversation peer) {
        assertThatExceptionOfType(ProtocolViolation.class)
                .isThrownBy(() -> peer.serve(new RecordingSink()))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(code));
    }

    private Conversation start() {
        return new Conversation(WireFormat.UP_TO_4_1);
    }

    private Conversation open() {
        return start().say(OPEN, TASK);
    }

    /// A peer that says what was put down beforehand, a few bytes at a time.
    private final class Conversation implements ByteChannel {
        private static final int MOST_AT_ONCE = 1000;

        private final WireFormat format;
        final ByteArrayOutputStream said = new ByteArrayOutputStream();
        final ByteArrayOutputStream answers = new ByteArrayOutputStream();
        private int position;

        Conversation(WireFormat format) {
            this.format = format;
        }

        Conversation say(int command, MemoryObject owner) {
            return header(command, owner, 0, 0);
        }

        Conversation extent(int command, MemoryObject owner, long address, int pages) {
            header(command, owner, address, pages);
            if (command == PRESENT) {
                said.writeBytes(content(address, pages));
            }
            return this;
        }

        Conversation cut(int bytes) {
            byte[] all = said.toByteArray();
            said.reset();
            said.write(all, 0, all.length - bytes);
            return this;
        }

        static byte[] content(long seed, int pages) {
            var bytes = new byte[pages * Extent.PAGE_SIZE];
            new Random(seed).nextBytes(bytes);
            return bytes;
        }

        ByteCount serve() throws Exception {
            return serve(sink);
        }

        ByteCount serve(PageSink sink) throws Exception {
            return PageServer.serve(this, format, sink);
        }

        private Conversation header(int command, MemoryObject owner, long address, long pages) {
            var header = ByteBuffer.allocate(format.headerBytes()).order(ByteOrder.LITTLE_ENDIAN);
            header.putInt(command);
            switch (format) {
                case UP_TO_4_1 -> header.putInt((int) pages);
                case SINCE_4_2 -> header.putInt(-1).putLong(pages);
            }
            header.putLong(address).putLong(owner.id() << 8 | (owner.kind() == Kind.TASK ? 1 : 2));
            said.writeBytes(header.array());
            return this;
        }

        @Override
        public int read(ByteBuffer target) {
            byte[] all = said.toByteArray();
            if (position == all.length) {
                return -1;
            }
            int length = Math.min(Math.min(target.remaining(), MOST_AT_ONCE), all.length - position);
            target.put(all, position, length);
            position += length;
            return length;
        }

        @Override
        public int write(ByteBuffer source) {
            int length = source.remaining();
            while (source.hasRemaining()) {
                answers.write(source.get());
            }
            return length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
