package dev.lifeboat.edge.source;

import dev.lifeboat.listener.Payload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Plain HTTP to a link-local metadata service, for requests that hang or that carry something: no proxy, no redirect,
/// one kept-alive connection, a limit on time and
/// on bytes.
public final class MetadataHttp implements AutoCloseable {
    private final HttpClient client;
    private final int maxBody;

    /// @param maxBody bytes read of an answer; one more is read so that a longer one is known to be longer
    public MetadataHttp(Duration connectTimeout, int maxBody) {
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(connectTimeout)
                .build();
        this.maxBody = maxBody;
    }

    /// Any status; the body is cut one byte past the limit.
    ///
    /// @param limit for the whole exchange, the body included
    public HttpResponse<Payload> send(HttpRequest request, Duration limit) throws IOException, InterruptedException {
        var pending = client.sendAsync(request, _ -> new BoundedBody(maxBody + 1));
        try {
            return pending.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } catch (TimeoutException e) {
            pending.cancel(true);
            throw new IOException("no whole answer within " + limit.toMillis() + " ms", e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
    }

    /// Collects at most so many bytes and then hangs up.
    private static final class BoundedBody implements HttpResponse.BodySubscriber<Payload> {
        private final int limit;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CompletableFuture<Payload> whole = new CompletableFuture<>();
        private Flow.@org.jspecify.annotations.Nullable Subscription subscription;

        private BoundedBody(int limit) {
            this.limit = limit;
        }

        @Override
        public CompletionStage<Payload> getBody() {
            return whole;
        }

        @Override
        public void onSubscribe(Flow.Subscription arrived) {
            subscription = arrived;
            arrived.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                byte[] chunk = new byte[Math.min(buffer.remaining(), limit - bytes.size())];
                buffer.get(chunk);
                bytes.writeBytes(chunk);
            }
            if (bytes.size() >= limit && !whole.isDone()) {
                whole.complete(Payload.of(bytes.toByteArray()));
                if (subscription != null) {
                    subscription.cancel();
                }
            }
        }

        @Override
        public void onError(Throwable failure) {
            whole.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            whole.complete(Payload.of(bytes.toByteArray()));
        }
    }
}
