package dev.lifeboat.edge.objectstore;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.function.Supplier;

/// A stream's bytes in pieces that are worth a system call: the JDK's own publisher of a stream takes 16 KiB.
final class StreamPublisher implements Flow.Publisher<ByteBuffer> {
    /// A socket's buffer takes about as much at once.
    private static final int PIECE_BYTES = 256 << 10;

    private final Supplier<InputStream> content;

    /// @param content a fresh stream for each subscriber
    StreamPublisher(Supplier<InputStream> content) {
        this.content = content;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        subscriber.onSubscribe(new Pump(content.get(), subscriber));
    }

    /// Whoever asks first reads; who asks meanwhile, perhaps from within, is served by the same.
    private static final class Pump implements Flow.Subscription {
        private final InputStream in;
        private final Flow.Subscriber<? super ByteBuffer> subscriber;
        private long asked;
        private boolean pumping;
        private boolean over;

        Pump(InputStream in, Flow.Subscriber<? super ByteBuffer> subscriber) {
            this.in = in;
            this.subscriber = subscriber;
        }

        @Override
        public void request(long more) {
            synchronized (this) {
                asked = Math.addExact(asked, Math.min(more, Integer.MAX_VALUE));
                if (pumping) {
                    return;
                }
                pumping = true;
            }
            while (next()) {
                publish();
            }
        }

        private synchronized boolean next() {
            pumping = asked > 0 && !over;
            if (pumping) {
                asked--;
            }
            return pumping;
        }

        private void publish() {
            try {
                byte[] piece = new byte[PIECE_BYTES];
                int length = in.readNBytes(piece, 0, PIECE_BYTES);
                if (length > 0) {
                    subscriber.onNext(ByteBuffer.wrap(piece, 0, length));
                } else {
                    cancel();
                    subscriber.onComplete();
                }
            } catch (IOException broken) {
                cancel();
                subscriber.onError(broken);
            }
        }

        @Override
        public synchronized void cancel() {
            over = true;
        }
    }
}
