package dev.lifeboat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.Drawn;
import dev.lifeboat.Provided;
import dev.lifeboat.edge.kafka.Brokers;
import dev.lifeboat.edge.kafka.EmbeddedBroker;
import dev.lifeboat.edge.kafka.KafkaNoticeLog;
import dev.lifeboat.edge.kafka.ListenerProducer;
import dev.lifeboat.edge.kafka.Topics;
import dev.lifeboat.edge.objectstore.S3Server;
import dev.lifeboat.edge.objectstore.StoreLocation;
import dev.lifeboat.notice.Notice;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Lifeboat's parts for [Nodes]: an agent in each of them, as a process there; the orchestrator, with its answers for
/// the API server, a Kafka and an object store beside the control plane.
final class Crew implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(4);
    private static final int PARTITIONS = 4;
    private static final String KEY = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    private final Nodes nodes;
    private final Path folder;
    private final EmbeddedBroker broker;
    private final S3Server store;
    private final Weir weir;
    private final List<Process> parts = new ArrayList<>();
    private final KubernetesClient client = ControlPlane.client();
    private @Nullable Webhooks webhooks;
    private List<HasMetadata> granted = List.of();

    private Crew(Nodes nodes, Path folder, EmbeddedBroker broker, S3Server store) throws IOException {
        this.nodes = nodes;
        this.folder = folder;
        this.broker = broker;
        this.store = store;
        this.weir = Weir.before(Objects.requireNonNull(store.location().endpoint()));
    }

    /// Everything has started when it returns.
    static Crew muster(Nodes nodes, Path folder, String... agents) throws Exception {
        var broker = EmbeddedBroker.start(folder.resolve("kafka"), InetAddress.ofLiteral(nodes.host()), 0);
        new Topics(PARTITIONS).create(Brokers.plain(broker.bootstrap()));
        var crew = new Crew(nodes, folder, broker, S3Server.start(folder.resolve("s3"), nodes.host()));
        crew.orchestrator();
        for (String node : agents) {
            crew.agent(node);
        }
        crew.awaitLog("orchestrator", "pods are held back for what is on its way");
        for (String node : agents) {
            crew.awaitLog("agent-" + node, "agent started");
        }
        return crew;
    }

    /// Another node's agent.
    void join(String node) throws Exception {
        agent(node);
        awaitLog("agent-" + node, "agent started");
    }

    /// A notice, as any listener would write it.
    void say(Notice notice) {
        try (var producer = new ListenerProducer(Brokers.plain(broker.bootstrap()), Duration.ofMinutes(2))) {
            new KafkaNoticeLog(producer).append(List.of(notice));
        }
    }

    /// On the way of all agents to their store.
    Weir weir() {
        return weir;
    }

    private void orchestrator() throws Exception {
        Path tls = Files.createDirectories(folder.resolve("tls"));
        ControlPlane.certificate(tls);
        int port = freePort();
        start(
                "orchestrator",
                List.of(),
                Map.of(
                        "KUBECONFIG",
                        ControlPlane.folder().resolve("admin.kubeconfig").toString(),
                        "LIFEBOAT_ORCHESTRATOR_PODS_PORT",
                        Integer.toString(port)),
                List.of(
                        "orchestrator",
                        "--kafka=" + broker.bootstrap(),
                        "--port=" + freePort(),
                        "--pods",
                        "--tls=" + tls));
        webhooks = Webhooks.install(client, port);
    }

    private void agent(String node) throws IOException {
        // In a node the API server has the address of its Service, as pods see it.
        String config = Files.readString(ControlPlane.folder().resolve("admin.kubeconfig"))
                .replaceAll("https://127\\.0\\.0\\.1:[0-9]+", "https://10.0.0.1:443");
        startAgent(
                node,
                nodes.entering(node),
                Map.of("KUBECONFIG", place(node, "admin.kubeconfig", config).toString()),
                List.of("--pods", "--criu=/usr/local/bin/criu", "--restores=/run/lifeboat/restores"));
    }

    /// An agent without a single capability, with the rights that the how-to gives it: it asks the kubelet.
    void startByKubelet(String node) throws Exception {
        String example = Files.readString(Drawn.top().resolve("docs/examples/kubelet-agent.yaml"));
        String rights = "apiVersion: v1\nkind: Namespace\nmetadata: {name: lifeboat-agents}\n---\n"
                + example.substring(0, example.indexOf("---\napiVersion: apps/v1\nkind: DaemonSet"));
        granted = ControlPlane.objects(rights);
        client.resourceList(granted).serverSideApply();
        String token = ControlPlane.run("kubectl", "create", "token", "lifeboat-kubelet-agent", "-n", "lifeboat-agents")
                .well()
                .strip();
        var before = new ArrayList<>(nodes.entering(node));
        before.addAll(List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--"));
        Path kubeconfig = place(node, "agent.kubeconfig", """
                apiVersion: v1
                kind: Config
                current-context: here
                clusters: [{name: here, cluster: {server: "https://10.0.0.1:443", certificate-authority: /etc/kubernetes/ca.crt}}]
                users: [{name: agent, user: {token: "%s"}}]
                contexts: [{name: here, context: {cluster: here, user: agent}}]
                """.formatted(token));
        startAgent(
                node,
                before,
                Map.of(
                        "KUBECONFIG", kubeconfig.toString(),
                        "LIFEBOAT_AGENT_KUBELET_TOKEN",
                                place(node, "agent.token", token).toString()),
                List.of(
                        "--kubelet=https://" + nodes.address(node) + ":10250",
                        "--kubelet-authority=/var/lib/kubelet/pki/kubelet.crt"));
        awaitLog("agent-" + node, "agent started");
    }

    private void startAgent(String node, List<String> before, Map<String, String> access, List<String> backend)
            throws IOException {
        StoreLocation.S3 location = store.location();
        var credentials = Objects.requireNonNull(location.credentials());
        var arguments = new ArrayList<>(List.of(
                "agent",
                "--node=" + node,
                "--kafka=" + broker.bootstrap(),
                "--store=s3://" + location.bucket(),
                "--store-endpoint=" + weir.endpoint(),
                "--key-file=" + place(node, "store.key", KEY),
                "--scratch=/run/lifeboat/scratch"));
        arguments.addAll(backend);
        var environment = new HashMap<>(access);
        // A slow store is waited for.
        environment.put("LIFEBOAT_AGENT_STORE_TIMEOUT", "20s");
        environment.put("LIFEBOAT_AGENT_STORE_ACCESS_KEY", credentials.accessKey());
        environment.put("LIFEBOAT_AGENT_STORE_SECRET_KEY", credentials.secretKey());
        start("agent-" + node, before, environment, arguments);
    }

    /// A file that the node sees under the same path.
    private Path place(String node, String name, String text) throws IOException {
        return Files.writeString(nodes.folder(node).resolve(name), text);
    }

    /// The cloud's word to a node, through its metadata service and the node's own listener.
    void startListener(String node) throws Exception {
        nodes.enter(node, "ip", "address", "add", "169.254.169.254/32", "dev", "lo")
                .well();
        String address = nodes.address(node);
        start(
                "imds-" + node,
                nodes.entering(node),
                Map.of(),
                List.of(
                        "imds",
                        "--address=169.254.169.254",
                        "--port=80",
                        "--control-address=" + address,
                        "--control-port=1338",
                        "--private-ip=" + address));
        awaitLog("imds-" + node, address + ":1338");
        start(
                "listener-" + node,
                nodes.entering(node),
                Map.of(),
                List.of(
                        "listener",
                        "--node=" + node,
                        "--kafka=" + broker.bootstrap(),
                        "--only=ec2-imds",
                        "--sources=" + Drawn.top().resolve("eviction-listeners"),
                        "--spool=/var/lib/lifeboat/listener.spool",
                        "--http-port=8082"));
        awaitLog("listener-" + node, "rehearsed the way to Kafka");
    }

    private void start(String name, List<String> before, Map<String, String> environment, List<String> arguments)
            throws IOException {
        var command = new ArrayList<>(before);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx384m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-jar",
                Provided.runner().toString()));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log(name).toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        parts.add(process);
    }

    private Path log(String name) {
        return folder.resolve(name + ".log");
    }

    void awaitLog(String name, String words) {
        await(name + " says: " + words, () -> said(name).contains(words));
    }

    /// What a part has said so far.
    String said(String name) {
        try {
            return Files.readString(log(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What all parts have said so far.
    String said() throws IOException {
        var all = new StringBuilder();
        try (var files = Files.newDirectoryStream(folder, "*.log")) {
            for (Path file : files) {
                all.append("%s:%n%s%n".formatted(file.getFileName(), Files.readString(file)));
            }
        }
        return all.toString();
    }

    static void await(String what, BooleanSupplier wanted) {
        long giveUp = System.nanoTime() + PATIENCE_NANOS;
        while (!wanted.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(giveUp);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws IOException {
        // What runs in a node ends with it.
        parts.forEach(Process::destroyForcibly);
        try (var _ = broker;
                var _ = store;
                var _ = weir;
                var _ = client) {
            if (webhooks != null) {
                webhooks.close();
            }
            client.resourceList(granted).delete();
        }
    }
}
