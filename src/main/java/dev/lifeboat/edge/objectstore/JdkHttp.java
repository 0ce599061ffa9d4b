package dev.lifeboat.edge.objectstore;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/// The SDK's requests through the JDK's own HTTP client: at half the processor time of the SDK's blocking ones, which
/// go to the socket with 4 KiB at a time (docs/adr/0070).
///
/// Signing, retries and reading of answers stay the SDK's.
final class JdkHttp implements SdkHttpClient {
    /// The client writes them itself, from the URI and the body, as the SDK has signed them.
    private static final Set<String> ITS_OWN = Set.of("host", "content-length", "expect", "connection");

    private static final String CONTENT_LENGTH = "Content-Length";

    private final HttpClient client;
    private final Duration timeout;

    /// @param timeout for a connection, and for one try from its first byte to the answer's head
    JdkHttp(Duration timeout) {
        this.timeout = timeout;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout)
                .build();
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        return new Exchange(request);
    }

    @Override
    public String clientName() {
        return "Jdk";
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private HttpRequest translated(HttpExecuteRequest request) {
        SdkHttpRequest head = request.httpRequest();
        var built = HttpRequest.newBuilder(head.getUri())
                .timeout(timeout)
                .method(
                        head.method().name(),
                        body(head, request.contentStreamProvider().orElse(null)));
        head.forEachHeader((name, values) -> {
            if (!ITS_OWN.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> built.header(name, value));
            }
        });
        return built.build();
    }

    private static BodyPublisher body(SdkHttpRequest head, @Nullable ContentStreamProvider content) {
        long length =
                head.firstMatchingHeader(CONTENT_LENGTH).map(Long::parseLong).orElse(0L);
        if (content == null || length == 0) {
            return BodyPublishers.noBody();
        }
        return BodyPublishers.fromPublisher(new StreamPublisher(content::newStream), length);
    }

    private final class Exchange implements ExecutableHttpRequest {
        private final HttpExecuteRequest request;
        private volatile @Nullable CompletableFuture<HttpResponse<InputStream>> running;

        Exchange(HttpExecuteRequest request) {
            this.request = request;
        }

        @Override
        public HttpExecuteResponse call() throws IOException {
            var sent = client.sendAsync(translated(request), HttpResponse.BodyHandlers.ofInputStream());
            running = sent;
            try {
                return answer(sent.get());
            } catch (InterruptedException stopped) {
                abort();
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("given up while waiting for an answer");
            } catch (CancellationException aborted) {
                throw new IOException("given up while waiting for an answer", aborted);
            } catch (ExecutionException broken) {
                throw new IOException(String.valueOf(broken.getCause()), broken.getCause());
            }
        }

        private HttpExecuteResponse answer(HttpResponse<InputStream> got) {
            return HttpExecuteResponse.builder()
                    .response(SdkHttpResponse.builder()
                            .statusCode(got.statusCode())
                            .headers(got.headers().map())
                            .build())
                    .responseBody(AbortableInputStream.create(got.body(), this))
                    .build();
        }

        @Override
        public void abort() {
            var sent = running;
            if (sent == null || sent.cancel(true)) {
                return;
            }
            var _ = sent.thenAccept(got -> {
                try {
                    got.body().close();
                } catch (IOException _) {
                    // It is to be of no more use, and it is not.
                }
            });
        }
    }
}
