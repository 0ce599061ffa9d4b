package dev.lifeboat.edge.criu;

import dev.lifeboat.agent.PageFlow;
import dev.lifeboat.agent.StoreFailed;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.edge.criu.ProtocolViolation.Code;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/// The other end of CRIU's lazy-pages daemon: hands out pages as they are asked for, in the order in which they are.
///
/// It never lets the line go while pages are missing: while the store gives none, it asks again and again, and whoever
/// touches such a page stands still.
final class LazyPageServer {
    private static final Logger LOG = Logger.getLogger(LazyPageServer.class);

    /// CRIU's own longest request, MAX_XFER_LEN of criu/uffd.c.
    private static final int LONGEST_ANSWER = 4 << 20;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final ByteChannel peer;
    private final WireFormat format;
    private final PageFlow pages;
    private final AtomicLong missing;
    private final CountDownLatch given = new CountDownLatch(1);
    private final ByteBuffer header;
    private final ByteBuffer answer;

    LazyPageServer(ByteChannel peer, WireFormat format, PageImages.Late late) {
        this.peer = peer;
        this.format = format;
        this.pages = late.pages();
        this.missing = new AtomicLong(late.bytes());
        this.header = ByteBuffer.allocateDirect(format.headerBytes());
        this.answer = ByteBuffer.allocateDirect(format.headerBytes() + LONGEST_ANSWER);
    }

    /// Serves until nothing is missing.
    ///
    /// @throws ProtocolViolation when the peer is no lazy-pages daemon of that version, or was cut off
    /// @throws dev.lifeboat.agent.CorruptCheckpoint when what the store gave back is not what was put there
    void serve() throws IOException, InterruptedException {
        while (true) {
            fill();
            switch (format.parseRequest(header.flip())) {
                case PageRequest.Get(var extent) -> give(extent);
                case PageRequest.Close() -> {
                    send(ByteBuffer.allocate(Integer.BYTES));
                    return;
                }
            }
        }
    }

    /// Ends the waiting for a store that does not answer; from another thread.
    void giveUp() {
        given.countDown();
        pages.close();
    }

    /// Bytes not handed out yet. A page that was freed meanwhile is never asked for.
    long missing() {
        return Math.max(0, missing.get());
    }

    private void give(Extent asked) throws IOException, InterruptedException {
        var extent = new Extent(
                asked.owner(), asked.startAddress(), Math.min(asked.pages(), LONGEST_ANSWER / Extent.PAGE_SIZE));
        var handed = new Extent(asked.owner(), asked.startAddress(), take(extent));
        format.putAnswer(handed, answer.flip().duplicate());
        send(answer);
        missing.addAndGet(-handed.length());
    }

    /// Behind the room for the header.
    ///
    /// @return pages
    private long take(Extent extent) throws InterruptedException {
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                return pages.take(extent, answer.clear().position(format.headerBytes()));
            } catch (StoreFailed failed) {
                if (pause.equals(FIRST_PAUSE)) {
                    LOG.warnf("pages are late, and their process stands still why=%s", failed.detail());
                }
                if (given.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw failed;
                }
                pause = pause.plus(pause).compareTo(LONGEST_PAUSE) < 0 ? pause.plus(pause) : LONGEST_PAUSE;
            }
        }
    }

    private void send(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            peer.write(bytes);
        }
    }

    private void fill() throws IOException {
        header.clear();
        while (header.hasRemaining()) {
            if (peer.read(header) < 0) {
                Code code = header.position() == 0 ? Code.NOT_CLOSED : Code.CUT_OFF;
                throw new ProtocolViolation(code, "the stream ended, " + header.remaining() + " bytes early");
            }
        }
    }
}
