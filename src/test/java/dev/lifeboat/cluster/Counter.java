package dev.lifeboat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// One workload that counts, whichever pod it lives in.
///
/// @param app its label
record Counter(KubernetesClient client, String app) {
    /// That counts, whatever else is in its pod.
    private static final String CONTAINER = "count";

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final long PATIENCE_NANOS = PATIENCE.toNanos();

    /// Waits until it has counted so far.
    ///
    /// @return how far it is
    long await(long atLeast) throws IOException, InterruptedException {
        return counts(pod(pod -> true), atLeast).size();
    }

    String node() throws InterruptedException {
        return pod(pod -> true).getSpec().getNodeName();
    }

    /// That it goes on on another node where it was: every number once, in its file as in its memory, and on its log
    /// nothing that it had said before.
    void wentOn(String from, long before) throws IOException, InterruptedException {
        Pod pod = pod(each -> !each.getSpec().getNodeName().equals(from));

        List<Long> counts = counts(pod, before + 10);

        assertThat(counts)
                .as(app)
                .isEqualTo(LongStream.rangeClosed(1, counts.size()).boxed().toList());
        assertThat(log(pod).getFirst()).as("%s: first of its new log", app).isGreaterThan(before);
        assertThat(restarts(pod)).as("%s: restarts", app).isZero();
        assertThat(served(pod)).as("%s: at its new address", app).hasSizeGreaterThan((int) before);
    }

    /// Waits until it counts there.
    ///
    /// @return how far it is
    long awaitOn(String node) throws IOException, InterruptedException {
        return counts(pod(each -> each.getSpec().getNodeName().equals(node)), 1).size();
    }

    /// With which codes its containers have ended, as their kubelet saw it.
    List<Integer> codes() {
        return client.pods().inNamespace("default").withLabel("app", app).list().getItems().stream()
                .flatMap(pod -> pod.getStatus().getContainerStatuses().stream())
                .map(status -> status.getLastState().getTerminated())
                .filter(Objects::nonNull)
                .map(ContainerStateTerminated::getExitCode)
                .toList();
    }

    private Pod pod(Predicate<Pod> wanted) throws InterruptedException {
        long giveUp = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            List<Pod> all = client.pods()
                    .inNamespace("default")
                    .withLabel("app", app)
                    .list()
                    .getItems();
            Optional<Pod> found = all.stream()
                    .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                    .filter(Counter::runs)
                    .filter(wanted)
                    .findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            assertThat(System.nanoTime()).as("%s runs: %s", app, all).isLessThan(giveUp);
            pause();
        }
    }

    /// What is beside it may run before.
    private static boolean runs(Pod pod) {
        return statuses(pod)
                .anyMatch(status ->
                        CONTAINER.equals(status.getName()) && status.getState().getRunning() != null);
    }

    private static Stream<ContainerStatus> statuses(Pod pod) {
        return Optional.ofNullable(pod.getStatus()).map(PodStatus::getContainerStatuses).stream()
                .flatMap(List::stream);
    }

    private List<Long> counts(Pod pod, long atLeast) throws IOException, InterruptedException {
        long giveUp = System.nanoTime() + PATIENCE_NANOS;
        List<Long> counts = List.of();
        do {
            assertThat(System.nanoTime())
                    .as("%s counts to %d: %s", app, atLeast, counts)
                    .isLessThan(giveUp);
            pause();
            counts = counts(pod);
        } while (counts.size() < atLeast);
        return counts;
    }

    /// As its own file has them; empty while there is none.
    private static List<Long> counts(Pod pod) throws IOException, InterruptedException {
        var said = said(pod, CONTAINER, "/var/www/counts");
        return said.code() == 0 ? numbers(said.words()) : List.of();
    }

    private static ControlPlane.Said said(Pod pod, String container, String file)
            throws IOException, InterruptedException {
        return ControlPlane.run("kubectl", "exec", pod.getMetadata().getName(), "-c", container, "--", "cat", file);
    }

    /// That all of its pod is ready, and that each of these began in it, once, on a volume of their own that was empty.
    void hasBesideIt(String... others) throws IOException, InterruptedException {
        Pod pod = pod(each -> true);
        String name = pod.getMetadata().getName();
        ControlPlane.run("kubectl", "wait", "--for=condition=Ready", "pod/" + name, "--timeout=4m")
                .well();
        for (String other : others) {
            assertThat(said(pod, other, "/place/" + other).well()).as(other).isEqualTo(name + "\n");
        }
    }

    /// As it says itself, asked from outside the cluster.
    private static List<Long> served(Pod pod) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(
                        URI.create("http://" + pod.getStatus().getPodIP() + ":8080/counts"))
                .timeout(PATIENCE)
                .build();
        try (var http = HttpClient.newHttpClient()) {
            return numbers(
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body());
        }
    }

    private List<Long> log(Pod pod) {
        return numbers(client.pods().resource(pod).inContainer(CONTAINER).getLog());
    }

    /// The last line may be half written.
    private static List<Long> numbers(String text) {
        return text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .map(Long::valueOf)
                .toList();
    }

    private static int restarts(Pod pod) {
        return statuses(pod).mapToInt(ContainerStatus::getRestartCount).sum();
    }

    private static void pause() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
    }
}
