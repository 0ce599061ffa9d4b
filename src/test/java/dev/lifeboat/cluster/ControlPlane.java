package dev.lifeboat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Drawn;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The control plane that `.ci/cluster/control-plane` has started: a real API server, controllers and scheduler. Nodes
/// are objects that nobody stands behind, but for [Nodes].
public final class ControlPlane {
    /// Far beyond what a machine under load takes for one command of helm.
    private static final long PATIENCE_MINUTES = 5;

    private ControlPlane() {}

    /// What a command said, both streams together.
    public record Said(int code, String words) {
        /// @return its words
        public String well() {
            assertThat(code).as(words).isZero();
            return words;
        }
    }

    /// An administrator's.
    public static KubernetesClient client() {
        return new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(new File(kubeconfig())))
                .build();
    }

    /// Runs `helm` or `kubectl` as an administrator, at the top of the checkout.
    public static Said run(String program, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(
                List.of(Path.of(told("LIFEBOAT_CLUSTER_BIN"), program).toString()));
        command.addAll(List.of(arguments));
        return call(command);
    }

    /// Makes or changes what the text says.
    public static void apply(String yaml) throws IOException, InterruptedException {
        Path file = Files.createTempFile("objects", ".yaml");
        try {
            Files.writeString(file, yaml);
            run("kubectl", "apply", "-f", file.toString()).well();
        } finally {
            Files.delete(file);
        }
    }

    /// Makes or changes what a file of src/test/resources/cluster says.
    ///
    /// @param namespace what `NAMESPACE` stands for in it
    static void apply(String resource, String namespace) throws IOException, InterruptedException {
        try (var text = Objects.requireNonNull(ControlPlane.class.getResourceAsStream("/cluster/" + resource))) {
            apply(new String(text.readAllBytes(), StandardCharsets.UTF_8).replace("NAMESPACE", namespace));
        }
    }

    /// The chart's custom resources, as helm would install them.
    public static void define() throws IOException, InterruptedException {
        run(
                        "kubectl",
                        "apply",
                        "--server-side",
                        "--field-manager=helm",
                        "--force-conflicts",
                        "-f",
                        "helm/lifeboat/crds")
                .well();
        run("kubectl", "wait", "--for=condition=Established", "--timeout=120s", "crd", "--all")
                .well();
    }

    /// What the chart would install.
    ///
    /// @param options of `helm template`
    static List<HasMetadata> rendered(String release, String... options) throws IOException, InterruptedException {
        var arguments = new ArrayList<>(List.of("template", release, "helm/lifeboat"));
        arguments.addAll(List.of(options));
        return objects(run("helm", arguments.toArray(String[]::new)).well());
    }

    static List<HasMetadata> objects(String yaml) {
        try (KubernetesClient client = client()) {
            return client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                    .items();
        }
    }

    /// A server's for 127.0.0.1, as `tls.crt` and `tls.key`: the API server's own.
    static void certificate(Path folder) throws IOException {
        Files.copy(folder().resolve("server.crt"), folder.resolve("tls.crt"));
        Files.copy(folder().resolve("server.key"), folder.resolve("tls.key"));
    }

    /// Who has signed it.
    static Path authority() {
        return folder().resolve("ca.crt");
    }

    /// A pod that nobody could run.
    static Pod pod(String namespace, String name, Map<String, String> labels) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .withAutomountServiceAccountToken(false)
                .addNewContainer()
                .withName("main")
                .withImage("none")
                .endContainer()
                .endSpec()
                .build();
    }

    /// Something that is to hold in the end.
    public interface Question {
        boolean holds() throws Exception;
    }

    /// Asks again, each time with a round trip to the API server between.
    public static void awaitThat(Question question) throws Exception {
        long giveUp = System.nanoTime() + TimeUnit.MINUTES.toNanos(PATIENCE_MINUTES);
        while (!question.holds()) {
            assertThat(System.nanoTime())
                    .as("within %d minutes", PATIENCE_MINUTES)
                    .isLessThan(giveUp);
            run("kubectl", "get", "--raw", "/readyz");
        }
    }

    /// Runs any command so.
    static Said call(List<String> command) throws IOException, InterruptedException {
        // A file, not a pipe: what a script starts may keep it open.
        Path words = Files.createTempFile("said", ".log");
        try {
            var builder = new ProcessBuilder(command)
                    .directory(Drawn.top().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(words.toFile());
            builder.environment().put("KUBECONFIG", kubeconfig());
            Process process = builder.start();
            process.getOutputStream().close();
            assertThat(process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES))
                    .as("%s ends", command)
                    .isTrue();
            return new Said(process.exitValue(), Files.readString(words));
        } finally {
            Files.delete(words);
        }
    }

    /// The API server neither hears nor answers from now on, as one behind a broken network.
    static void fallSilent() throws IOException, InterruptedException {
        signal("-STOP");
    }

    static void answerAgain() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private static void signal(String signal) throws IOException, InterruptedException {
        String pid = Files.readString(folder().resolve("kube-apiserver.pid")).strip();
        call(List.of("kill", signal, pid)).well();
    }

    /// Where it keeps what is its own, [Nodes] too.
    static Path folder() {
        return Path.of(kubeconfig()).resolveSibling("");
    }

    /// A node with room, which its controller and the scheduler take for ready.
    public static void node(KubernetesClient client, String name, Map<String, String> labels) {
        client.resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .addToLabels(labels)
                        .addToLabels("kubernetes.io/hostname", name)
                        .endMetadata()
                        .build())
                .create();
        // A patch: the node's controllers write beside us.
        client.nodes().withName(name).subresource("status").patch(PatchContext.of(PatchType.JSON_MERGE), """
                        {"status": {
                          "capacity": {"cpu": "16", "memory": "64Gi", "pods": "110"},
                          "allocatable": {"cpu": "16", "memory": "64Gi", "pods": "110"},
                          "conditions": [{"type": "Ready", "status": "True"}]}}""");
    }

    /// Of several control planes each process of Surefire's has one; it counts its processes from 1.
    private static String kubeconfig() {
        String[] all = told("LIFEBOAT_CLUSTER").split(":", -1);
        return all.length == 1 ? all[0] : all[Integer.parseInt(System.getProperty("fork", "?")) - 1];
    }

    private static String told(String name) {
        return Optional.ofNullable(System.getenv(name))
                .orElseThrow(() -> new IllegalStateException(
                        name + " is not set; these tests are run by: ./lifeboat test --cluster"));
    }
}
