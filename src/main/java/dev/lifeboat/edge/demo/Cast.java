package dev.lifeboat.edge.demo;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.edge.demo.node.Network;
import dev.lifeboat.edge.demo.node.Node;
import dev.lifeboat.edge.demo.node.Part;
import dev.lifeboat.edge.demo.victim.Victim;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Brings every part up as a process of its own, and knows where each is.
final class Cast {
    static final String DOOMED = "node-a";
    static final String SURVIVOR = "node-b";
    private static final String IMDS_ADDRESS = "169.254.169.254";
    private static final int IMDS_CONTROL_PORT = 1338;
    private static final int KAFKA_PORT = 9092;
    private static final int S3_PORT = 9000;
    /// On a node's own network every port is free.
    private static final int AGENT_PORT = 8081;
    private static final int LISTENER_PORT = 8082;
    private static final String BUCKET = "lifeboat";
    /// The server is ours, on a bridge of ours: these guard nothing.
    private static final Map<String, String> S3_CREDENTIALS =
            Map.of("LIFEBOAT_AGENT_STORE_ACCESS_KEY", "demo", "LIFEBOAT_AGENT_STORE_SECRET_KEY", "demo-secret");
    /// A loaded machine with two cores starts a JVM in some seconds.
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final int SMALL_HEAP = 192;
    private static final int AGENT_HEAP = 512;
    private static final int KEY_BYTES = 32;

    private final Stage stage;
    private final Installation installation;
    private final DemoOptions options;
    private final Network network;
    private final Node doomed;
    private final Node survivor;
    private final int orchestratorPort;
    private final List<Part> onDoomed = new ArrayList<>();
    private @Nullable Part orchestrator;
    private int orchestrators;

    private Cast(Stage stage, Installation installation, DemoOptions options, Network network)
            throws IOException, InterruptedException {
        this.stage = stage;
        this.installation = installation;
        this.options = options;
        this.network = network;
        this.orchestratorPort = freePort();
        this.doomed = stage.node(plan(DOOMED, 1), network);
        this.survivor = stage.node(plan(SURVIVOR, 2), network);
        doomed.addAddress(IMDS_ADDRESS);
    }

    /// The nodes, and what both need: broker and store.
    static Cast gather(Stage stage, Installation installation, DemoOptions options)
            throws IOException, InterruptedException {
        var cast = new Cast(stage, installation, options, stage.network());
        cast.startS3();
        cast.startBroker();
        return cast;
    }

    /// For Prometheus' `file_sd_configs`: each role is a job, as with the chart.
    void writeTargets(Path file) throws IOException {
        var groups = List.of(
                target("orchestrator", network.host(), orchestratorPort),
                target("listener", doomed.address(), LISTENER_PORT),
                target("agent", doomed.address(), AGENT_PORT),
                target("agent", survivor.address(), AGENT_PORT));
        new JsonMapper().writeValue(file.toFile(), groups);
    }

    private static Map<String, Object> target(String role, String address, int port) {
        return Map.of("targets", List.of(address + ":" + port), "labels", Map.of("job", "lifeboat-" + role));
    }

    /// This machine's ports are not ours alone, as the nodes' are.
    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    String bootstrap() {
        return network.host() + ":" + KAFKA_PORT;
    }

    /// Where the cloud's side of the metadata service listens.
    InetSocketAddress imdsControl() {
        return new InetSocketAddress(doomed.address(), IMDS_CONTROL_PORT);
    }

    /// What the victim writes on a node.
    Path victimFolder(String node) {
        return own(node).resolve("demo").resolve("victim");
    }

    void startOrchestrator() throws IOException {
        orchestrators++;
        orchestrator = stage.start(
                orchestrators == 1 ? "orchestrator" : "orchestrator " + orchestrators,
                installation.lifeboat(
                        SMALL_HEAP,
                        "orchestrator",
                        "--kafka",
                        bootstrap(),
                        "--port",
                        Integer.toString(orchestratorPort),
                        "--policies",
                        policyFile().toString()),
                Map.of());
    }

    private Path policyFile() throws IOException {
        Path file = stage.folder().resolve("policy.yaml");
        try (var shipped = Objects.requireNonNull(Cast.class.getResourceAsStream("/demo-policy.yaml"))) {
            Files.copy(shipped, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return file;
    }

    /// SIGKILL, as a crash would; whoever runs it starts it again.
    void crashOrchestrator() throws IOException {
        Part running = Objects.requireNonNull(orchestrator);
        stage.expectDeath(List.of(running));
        running.kill();
        startOrchestrator();
    }

    void startAgents() throws IOException {
        Path key = stage.folder().resolve("store.key");
        byte[] bytes = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(bytes);
        Files.createFile(key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(key, HexFormat.of().formatHex(bytes));
        onDoomed.add(startAgent(doomed, key, "--start", workloadFile().toString()));
        startAgent(survivor, key);
    }

    void startNoticeSide() throws IOException {
        onDoomed.add(stage.startOn(
                doomed,
                "imds " + DOOMED,
                installation.lifeboat(
                        64,
                        "imds",
                        "--address",
                        IMDS_ADDRESS,
                        "--port",
                        "80",
                        "--control-address",
                        doomed.address(),
                        "--control-port",
                        Integer.toString(IMDS_CONTROL_PORT),
                        "--private-ip",
                        doomed.address()),
                Map.of()));
        awaitPort(imdsControl(), "the metadata service");
        onDoomed.add(stage.startOn(
                doomed,
                "listener " + DOOMED,
                installation.lifeboat(
                        SMALL_HEAP,
                        "listener",
                        "--node",
                        DOOMED,
                        "--kafka",
                        bootstrap(),
                        "--only",
                        "ec2-imds",
                        "--sources",
                        installation.home().resolve("eviction-listeners").toString(),
                        "--spool",
                        stage.folder().resolve(DOOMED + "/listener.spool").toString(),
                        "--http-port",
                        Integer.toString(LISTENER_PORT)),
                Map.of()));
    }

    /// The cloud takes the machine: all that runs there is gone, agent and all.
    void killDoomed() {
        stage.expectDeath(onDoomed);
        doomed.kill();
    }

    private Part startAgent(Node node, Path key, String... more) throws IOException {
        List<String> command = installation.lifeboat(
                AGENT_HEAP,
                "agent",
                "--node",
                node.name(),
                "--kafka",
                bootstrap(),
                "--store",
                "s3://" + BUCKET,
                "--store-endpoint",
                "http://" + network.host() + ":" + S3_PORT,
                "--key-file",
                key.toString(),
                "--criu",
                installation.criu().toString(),
                "--state",
                stage.folder().resolve(node.name()).resolve("agent").toString(),
                "--workloads",
                seen().toString(),
                "--scratch",
                scratch().toString(),
                "--http-port",
                Integer.toString(AGENT_PORT));
        command.addAll(List.of(more));
        return stage.startOn(node, "agent " + node.name(), command, S3_CREDENTIALS);
    }

    private Path workloadFile() throws IOException {
        List<String> command = installation.java(48);
        command.addAll(List.of(
                "-XX:MaxDirectMemorySize=" + (options.memory().bytes() * 2),
                "-cp",
                installation.victimClassPath(),
                Victim.class.getName(),
                "--memory",
                Long.toString(options.memory().bytes()),
                "--churn",
                Double.toString(options.churn()),
                "--ticks",
                "ticks.log"));
        Path file = stage.folder().resolve("victim.json");
        var spec = Map.of("id", "demo/victim", "command", command, "class", "demo-victim");
        new JsonMapper().writeValue(file.toFile(), spec);
        return file;
    }

    private void startBroker() throws IOException {
        Part broker = stage.start(
                "broker",
                installation.lifeboat(
                        256,
                        "broker",
                        "--address",
                        network.host(),
                        "--port",
                        Integer.toString(KAFKA_PORT),
                        "--dir",
                        stage.folder().resolve("kafka").toString()),
                Map.of());
        stage.await("the broker", PATIENCE, () -> said(broker, "broker: listening"));
    }

    private void startS3() throws IOException {
        Path data = stage.folder().resolve("s3");
        Files.createDirectories(data.resolve(BUCKET));
        Path properties = stage.folder().resolve("s3proxy.properties");
        Files.writeString(properties, """
                s3proxy.endpoint=http://%s:%d
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.identity=demo
                s3proxy.credential=demo-secret
                jclouds.provider=filesystem-nio2
                jclouds.filesystem.basedir=%s
                """.formatted(network.host(), S3_PORT, data));
        List<String> command = installation.java(512);
        command.addAll(List.of(
                "-cp", installation.s3ClassPath(), "org.gaul.s3proxy.Main", "--properties", properties.toString()));
        stage.start("object store", command, Map.of());
        awaitPort(new InetSocketAddress(network.host(), S3_PORT), "the object store");
    }

    private void awaitPort(InetSocketAddress address, String what) {
        stage.await(what, PATIENCE, () -> {
            try (var socket = new Socket()) {
                socket.connect(address, 200);
                return true;
            } catch (IOException _) {
                return false;
            }
        });
    }

    private static boolean said(Part part, String line) {
        try {
            return Files.readString(part.log()).contains(line);
        } catch (IOException _) {
            return false;
        }
    }

    private Node.Plan plan(String name, int number) {
        return new Node.Plan(name, number, own(name), seen(), scratch());
    }

    private Path own(String node) {
        return stage.folder().resolve(node).resolve("workloads");
    }

    private Path seen() {
        return stage.folder().resolve("workloads");
    }

    private Path scratch() {
        return stage.folder().resolve("scratch");
    }
}
