package dev.lifeboat.edge.criu;

import dev.lifeboat.agent.PageSink;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.edge.criu.PageCommand.AskParent;
import dev.lifeboat.edge.criu.PageCommand.Close;
import dev.lifeboat.edge.criu.PageCommand.Inherit;
import dev.lifeboat.edge.criu.PageCommand.Open;
import dev.lifeboat.edge.criu.PageCommand.Take;
import dev.lifeboat.edge.criu.ProtocolViolation.Code;
import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ByteChannel;

/// The other end of a dump: takes CRIU's pages from a stream straight into the buffers of a [PageSink].
///
/// One thread does it all, since CRIU sends one page after the other and waits: the tree is frozen meanwhile.
public final class PageServer {
    private static final int PARENT_UNKNOWN = 0;
    private static final int PARENT_KNOWN = 1;
    private static final int ALL_TAKEN = 0;

    private final ByteChannel peer;
    private final WireFormat format;
    private final PageSink sink;
    private final PageOrder order = new PageOrder();
    private final ByteBuffer header;
    private long pages;

    private PageServer(ByteChannel peer, WireFormat format, PageSink sink) {
        this.peer = peer;
        this.format = format;
        this.sink = sink;
        this.header = ByteBuffer.allocateDirect(format.headerBytes());
    }

    /// Serves one dump to its end.
    ///
    /// @return how much came, without what was inherited
    /// @throws ProtocolViolation when the peer is no CRIU of that version, or was cut off
    public static ByteCount serve(ByteChannel peer, WireFormat format, PageSink sink)
            throws IOException, InterruptedException {
        return new PageServer(peer, format, sink).untilClosed();
    }

    private ByteCount untilClosed() throws IOException, InterruptedException {
        while (true) {
            fill(header.clear(), Code.NOT_CLOSED);
            switch (format.parse(header.flip())) {
                case Open(var owner) -> {
                    boolean known = sink.hasParent(owner);
                    order.open(owner, known ? PageOrder.Parent.KNOWN : PageOrder.Parent.NONE);
                    answer(ByteBuffer.allocate(Byte.BYTES).put((byte) (known ? PARENT_KNOWN : PARENT_UNKNOWN)));
                }
                case AskParent(var owner) -> answer(word(sink.hasParent(owner) ? PARENT_KNOWN : PARENT_UNKNOWN));
                case Take(var extent) -> {
                    order.take(extent);
                    take(extent);
                }
                case Inherit(var extent) -> {
                    order.inherit(extent);
                    sink.inherit(extent);
                }
                case Close() -> {
                    answer(word(ALL_TAKEN));
                    return new ByteCount(Math.multiplyExact(pages, Extent.PAGE_SIZE));
                }
            }
        }
    }

    private void take(Extent whole) throws IOException, InterruptedException {
        long longest = PageSink.LONGEST_EXTENT / Extent.PAGE_SIZE;
        for (long done = 0; done < whole.pages(); done += longest) {
            var piece = new Extent(
                    whole.owner(),
                    whole.startAddress() + done * Extent.PAGE_SIZE,
                    Math.min(longest, whole.pages() - done));
            fill(sink.reserve(piece).slice(0, (int) piece.length()), Code.CUT_OFF);
            sink.commit(piece);
            pages += piece.pages();
        }
    }

    /// @param nothing what it is when the stream ends before the first byte
    private void fill(ByteBuffer target, Code nothing) throws IOException {
        int wanted = target.remaining();
        while (target.hasRemaining()) {
            if (peer.read(target) < 0) {
                Code code = target.remaining() == wanted ? nothing : Code.CUT_OFF;
                throw new ProtocolViolation(code, "the stream ended, " + target.remaining() + " bytes early");
            }
        }
    }

    private void answer(ByteBuffer written) throws IOException {
        written.flip();
        while (written.hasRemaining()) {
            peer.write(written);
        }
    }

    private static ByteBuffer word(int value) {
        return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value);
    }
}
