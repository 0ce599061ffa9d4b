package dev.lifeboat.edge.kubernetes;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;

/// Answers the API server over HTTPS: POST `/pods` and `/evictions`.
public final class AdmissionServer implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(AdmissionServer.class);

    /// An object of Kubernetes has at most 1.5 MiB (etcd's limit), and comes twice when it is changed.
    private static final int LONGEST_REVIEW = 4 << 20;

    private static final int START_SECONDS = 10;
    private static final String CERTIFICATE = "tls.crt";
    private static final String KEY = "tls.key";

    private final Vertx vertx;
    private final HttpServer server;
    private final Map<String, UnaryOperator<String>> answers;

    private AdmissionServer(Vertx vertx, HttpServer server, Admission admission) {
        this.vertx = vertx;
        this.server = server;
        this.answers = Map.of("/pods", admission::pod, "/evictions", admission::eviction);
    }

    /// @param tls a folder with `tls.crt` and `tls.key`
    /// @throws IllegalArgumentException when they are not there, or the port is taken
    public static AdmissionServer open(Vertx vertx, Path tls, int port, Admission admission) {
        check(tls);
        var options = new HttpServerOptions()
                .setSsl(true)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addCertPath(tls.resolve(CERTIFICATE).toString())
                        .addKeyPath(tls.resolve(KEY).toString()));
        var opened = new AdmissionServer(vertx, vertx.createHttpServer(options), admission);
        opened.listen(port);
        return opened;
    }

    /// @throws IllegalArgumentException when the folder does not hold what the server needs
    public static void check(Path tls) {
        if (!Files.isReadable(tls.resolve(CERTIFICATE)) || !Files.isReadable(tls.resolve(KEY))) {
            throw new IllegalArgumentException(
                    tls + " does not hold tls.crt and tls.key; --tls names a folder that does");
        }
    }

    private void listen(int port) {
        server.requestHandler(this::handle);
        try {
            server.listen(port).toCompletionStage().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stopped while port " + port + " was opened", stop);
        } catch (ExecutionException | TimeoutException taken) {
            throw new IllegalArgumentException("port " + port + " cannot be opened: " + taken.getMessage(), taken);
        }
    }

    /// The port, for who asked for any.
    public int port() {
        return server.actualPort();
    }

    private void handle(HttpServerRequest request) {
        UnaryOperator<String> answer = answers.get(request.path());
        long length = length(request);
        if (answer == null || length < 0 || length > LONGEST_REVIEW) {
            request.response().setStatusCode(HttpURLConnection.HTTP_BAD_REQUEST).end();
            return;
        }
        request.body()
                .compose(body -> vertx.executeBlocking(() -> answer.apply(body.toString()), false))
                .onSuccess(said -> request.response()
                        .putHeader("Content-Type", "application/json")
                        .end(said))
                .onFailure(wrong -> {
                    LOG.warnf(wrong, "the API server's question is not answered path=%s", request.path());
                    request.response()
                            .setStatusCode(HttpURLConnection.HTTP_BAD_REQUEST)
                            .end();
                });
    }

    /// The API server says it; -1 for who does not.
    private static long length(HttpServerRequest request) {
        String said = request.getHeader("Content-Length");
        try {
            return said == null ? -1 : Long.parseLong(said);
        } catch (NumberFormatException _) {
            return -1;
        }
    }

    @Override
    public void close() {
        var _ = server.close();
    }
}
