package dev.lifeboat.edge.kafka;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.raft.DynamicVoters;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;

/// A whole Kafka, broker and KRaft controller, inside this process: for the demo and for tests on a machine without
/// a container engine. One node, nothing replicated: not for production.
public final class EmbeddedBroker implements AutoCloseable {
    private static final int NODE_ID = 1;
    private static final String CONTROLLER = "CONTROLLER";

    private final KafkaRaftServer server;
    private final String bootstrap;

    private EmbeddedBroker(KafkaRaftServer server, String bootstrap) {
        this.server = server;
        this.bootstrap = bootstrap;
    }

    /// Starts a broker that listens on the loopback only. A folder that holds a log already is taken up again.
    ///
    /// @param dir where the log lives; made when missing
    /// @param port 0 for any free one
    /// @throws IOException when the folder cannot be written or formatted
    public static EmbeddedBroker start(Path dir, int port) throws IOException {
        return start(dir, InetAddress.getLoopbackAddress(), port);
    }

    /// Starts a broker whose clients come to `address`; its controller stays on the loopback.
    ///
    /// @param dir where the log lives; made when missing
    /// @param address of this machine
    /// @param port 0 for any free one
    /// @throws java.net.BindException when it is taken, or the address no address of this machine
    /// @throws IOException when the folder cannot be written or formatted
    public static EmbeddedBroker start(Path dir, InetAddress address, int port) throws IOException {
        return start(dir, address, port, null);
    }

    /// A second way in, through which not everybody comes: for tests of who does.
    ///
    /// @param address HOST:PORT
    /// @param protocol such as `SASL_SSL`
    /// @param settings of the broker for it
    /// @param users as `kafka-storage format --add-scram` takes them
    record Guarded(String address, String protocol, Map<String, String> settings, List<String> users) {
        private static final String NAME = "GUARDED";

        Guarded {
            settings = Map.copyOf(settings);
            users = List.copyOf(users);
        }

        private void addTo(Map<String, String> broker) {
            broker.putAll(settings);
            broker.merge("listeners", NAME + "://" + address, (open, own) -> open + "," + own);
            broker.merge("advertised.listeners", NAME + "://" + address, (open, own) -> open + "," + own);
            broker.merge("listener.security.protocol.map", NAME + ":" + protocol, (open, own) -> open + "," + own);
        }
    }

    static EmbeddedBroker start(Path dir, InetAddress address, int port, @Nullable Guarded guarded) throws IOException {
        String clients = address.getHostAddress() + ":" + freePort(address, port);
        Files.createDirectories(dir);
        int controller = freePort(InetAddress.getLoopbackAddress());
        format(dir, controller, guarded == null ? List.of() : guarded.users());
        Map<String, String> settings = settings(dir, clients, controller);
        if (guarded != null) {
            guarded.addTo(settings);
        }
        var server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
        server.startup();
        return new EmbeddedBroker(server, clients);
    }

    /// What clients are given as `bootstrap.servers`.
    public String bootstrap() {
        return bootstrap;
    }

    @Override
    public void close() {
        server.shutdown();
    }

    private static void format(Path dir, int controllerPort, List<String> users) throws IOException {
        if (Files.exists(dir.resolve("meta.properties"))) {
            return;
        }
        var formatter = new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(NODE_ID)
                .setControllerListenerName(CONTROLLER)
                .setDirectories(List.of(dir.toString()))
                .setMetadataLogDirectory(dir.toString())
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setInitialControllers(
                        DynamicVoters.parse(NODE_ID + "@127.0.0.1:" + controllerPort + ":" + Uuid.randomUuid()))
                .setHasDynamicQuorum(true)
                .setScramArguments(users);
        try {
            formatter.run();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("cannot format " + dir + " for a broker: " + e.getMessage(), e);
        }
    }

    private static Map<String, String> settings(Path dir, String clients, int controllerPort) {
        var settings = new HashMap<String, String>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(NODE_ID));
        settings.put("listeners", "PLAINTEXT://" + clients + ",CONTROLLER://127.0.0.1:" + controllerPort);
        settings.put("advertised.listeners", "PLAINTEXT://" + clients);
        settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("controller.listener.names", CONTROLLER);
        settings.put("controller.quorum.bootstrap.servers", "127.0.0.1:" + controllerPort);
        settings.put("log.dirs", dir.toString());
        settings.put("auto.create.topics.enable", "false");
        for (String topic : new String[] {"offsets.topic", "transaction.state.log", "share.coordinator.state.topic"}) {
            settings.put(topic + ".replication.factor", "1");
        }
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        // One node serves a handful of clients: fewer partitions of Kafka's own topics start sooner.
        settings.put("offsets.topic.num.partitions", "4");
        settings.put("transaction.state.log.num.partitions", "4");
        settings.put("group.initial.rebalance.delay.ms", "0");
        // A killed orchestrator's open transaction holds its partition back until this check sees it expired.
        settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
        return settings;
    }

    static int freePort(InetAddress address) throws IOException {
        return freePort(address, 0);
    }

    /// Kafka itself would say it in a stack trace of every listener that it has.
    private static int freePort(InetAddress address, int wanted) throws IOException {
        try (var probe = new ServerSocket(wanted, 1, address)) {
            return probe.getLocalPort();
        }
    }
}
