package dev.lifeboat.cluster;

import dev.lifeboat.Drawn;
import dev.lifeboat.Provided;
import dev.lifeboat.edge.kafka.Brokers;
import dev.lifeboat.edge.kafka.EmbeddedBroker;
import dev.lifeboat.edge.kafka.Topics;
import dev.lifeboat.edge.objectstore.S3Server;
import dev.lifeboat.edge.objectstore.StoreLocation;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Lifeboat on [Nodes], as a user installs it: the chart's pods, from the image that `.ci/image` builds, beside a Kafka
/// and an object store that are the user's own (here: this machine's).
final class Installed implements AutoCloseable {
    static final String RELEASE = "boat";
    static final String NAMESPACE = "installed";
    static final String AGENTS = NAMESPACE + "-agents";

    private static final String IMAGE = "lifeboat.test/lifeboat:1";
    private static final int PARTITIONS = 4;
    private static final String KEY = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    private final EmbeddedBroker broker;
    private final S3Server store;

    private Installed(EmbeddedBroker broker, S3Server store) {
        this.broker = broker;
        this.store = store;
    }

    /// All its pods are ready when it returns.
    static Installed install(Nodes nodes, Path folder) throws Exception {
        Path image = Drawn.top().resolve("target/image/lifeboat.tar");
        Provided.that(Files.exists(image), "no image: .ci/image builds it");
        nodes.image(IMAGE, image);
        var broker = EmbeddedBroker.start(folder.resolve("kafka"), InetAddress.ofLiteral(nodes.host()), 0);
        new Topics(PARTITIONS).create(Brokers.plain(broker.bootstrap()));
        var installed = new Installed(broker, S3Server.start(folder.resolve("s3"), nodes.host()));
        installed.install();
        return installed;
    }

    /// As docs/how-to/install-on-a-cluster.md has it.
    private void install() throws Exception {
        StoreLocation.S3 place = store.location();
        var credentials = Objects.requireNonNull(place.credentials());
        kubectl("create", "namespace", NAMESPACE);
        kubectl("label", "namespace", NAMESPACE, "pod-security.kubernetes.io/enforce=restricted");
        kubectl("create", "namespace", AGENTS);
        kubectl("label", "namespace", AGENTS, "pod-security.kubernetes.io/enforce=privileged");
        secret("lifeboat-key", "--from-literal=key=" + KEY);
        secret(
                "lifeboat-store",
                "--from-literal=AWS_ACCESS_KEY_ID=" + credentials.accessKey(),
                "--from-literal=AWS_SECRET_ACCESS_KEY=" + credentials.secretKey());
        var values = List.of(
                "agent.capabilities={" + String.join(",", capabilities()) + "}",
                "kafka.bootstrap=" + broker.bootstrap(),
                "store.location=s3://" + place.bucket(),
                "store.endpoint=" + place.endpoint());
        var command = new ArrayList<>(List.of("install", RELEASE, "helm/lifeboat", "-n", NAMESPACE, "--wait"));
        command.addAll(List.of("--timeout", "4m", "-f", "src/test/resources/cluster/installed.yaml"));
        values.forEach(value -> command.addAll(List.of("--set", value)));
        ControlPlane.run("helm", command.toArray(String[]::new)).well();
        // helm is content with a DaemonSet of which one pod is missing.
        kubectl("rollout", "status", "daemonset", "-n", AGENTS, "-l", "app.kubernetes.io/instance=" + RELEASE);
    }

    private static void secret(String name, String... literals) throws Exception {
        var command = new ArrayList<>(List.of("create", "secret", "generic", name, "-n", AGENTS));
        command.addAll(List.of(literals));
        kubectl(command.toArray(String[]::new));
    }

    /// Where the machine itself lacks one, as many sandboxes do, no container can be given it.
    private static List<String> capabilities() throws Exception {
        return Capabilities.listed().stream()
                .filter(Capabilities.granted()::contains)
                .toList();
    }

    @Override
    public void close() throws IOException {
        try {
            ControlPlane.run("helm", "uninstall", RELEASE, "-n", NAMESPACE);
            ControlPlane.run("kubectl", "delete", "namespace", NAMESPACE, AGENTS, "--wait=false");
            // helm leaves the objects of its kinds: they are the user's.
            ControlPlane.run("kubectl", "delete", "nodenotices", "--all");
            ControlPlane.run(
                    "kubectl", "delete", "evacuationpolicies,evacuations,checkpoints", "--all", "-n", "default");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Lifeboat was being removed", e);
        } finally {
            store.close();
            broker.close();
        }
    }

    private static void kubectl(String... arguments) throws IOException, InterruptedException {
        ControlPlane.run("kubectl", arguments).well();
    }
}
