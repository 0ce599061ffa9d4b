package dev.lifeboat.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Clients that ask counters where they are, some twenty times a second each, wherever those are, and take no for an
/// answer.
final class Load implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long BETWEEN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final KubernetesClient client;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final Map<String, AtomicLong> answers = new ConcurrentHashMap<>();
    private volatile boolean over;

    private Load(KubernetesClient client) {
        this.client = client;
    }

    /// @param apps their labels
    static Load on(KubernetesClient client, List<String> apps) {
        var load = new Load(client);
        for (String app : apps) {
            load.answers.put(app, new AtomicLong());
            Thread.ofVirtual().name("load-" + app).start(() -> load.ask(app));
        }
        return load;
    }

    /// How often an app has answered so far.
    long answers(String app) {
        return answers.getOrDefault(app, new AtomicLong()).get();
    }

    private void ask(String app) {
        while (!over) {
            for (String address : addresses(app)) {
                if (answered(address)) {
                    answers.getOrDefault(app, new AtomicLong()).incrementAndGet();
                }
            }
            LockSupport.parkNanos(BETWEEN_NANOS);
        }
    }

    private List<String> addresses(String app) {
        return client.pods().inNamespace("default").withLabel("app", app).list().getItems().stream()
                .map(pod -> pod.getStatus().getPodIP())
                .filter(address -> address != null)
                .toList();
    }

    private boolean answered(String address) {
        var request = HttpRequest.newBuilder(URI.create("http://" + address + ":8080/counts"))
                .build();
        // A request's own timeout ends where a body begins, and a pod may be frozen within one and never thaw.
        CompletableFuture<HttpResponse<Void>> answer = http.sendAsync(request, HttpResponse.BodyHandlers.discarding());
        try {
            return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).statusCode() == 200;
        } catch (ExecutionException | TimeoutException standingStill) {
            answer.cancel(true);
            return false;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        over = true;
        http.shutdownNow();
    }
}
