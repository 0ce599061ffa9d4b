package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A mistake in what is asked for costs one line and exit code 2, before any framework is started.
final class UsageMistakeTest {
    private final PrintStream stderr = System.err;
    private final Properties before = new Properties();
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private static Path folder;

    static Stream<List<String>> mistakes() throws Exception {
        String key = Files.writeString(folder.resolve("key"), "00".repeat(32)).toString();
        String store = folder.resolve("store").toString();
        return Stream.of(
                List.of("which node is this? Give --node NAME", "agent", "--store", store),
                List.of("a node name has only", "agent", "--node", "Node A"),
                List.of("where do checkpoints go?", "agent", "--node", "a"),
                List.of("there is no default key", "agent", "--node", "a", "--store", store),
                List.of(
                        "there is no such workload file",
                        "agent",
                        "--node",
                        "a",
                        "--store",
                        store,
                        "--key-file",
                        key,
                        "--start",
                        "/missing"),
                List.of(
                        "there is no such program; --criu",
                        "agent",
                        "--node",
                        "a",
                        "--store",
                        store,
                        "--key-file",
                        key,
                        "--criu",
                        "/missing"),
                List.of("Kafka's address is HOST:PORT", "agent", "--node", "a", "--kafka", "nowhere"),
                List.of("a port is 0 to 65535", "listener", "--node", "a", "--http-port", "-1"),
                List.of("there is no such folder; --sources", "listener", "--node", "a", "--sources", "/missing"),
                List.of("no source nobody", "listener", "--node", "a", "--only", "nobody"),
                List.of("which node is this?", "listener", "--only", "ec2-imds"),
                List.of("there is no such file or folder; --policies", "orchestrator", "--policies", "/missing"),
                List.of("Kafka's address is HOST:PORT", "orchestrator", "--kafka", "nowhere"),
                List.of("no name that this machine can look up", "orchestrator", "--kafka", "nobody.invalid:9092"),
                List.of("topics have 1 to 1000 partitions", "orchestrator", "--partitions", "0"),
                List.of("--json: there is no folder /nope; make it", "demo", "--json", "/nope/x.json"),
                List.of("--targets: there is no folder /nope; make it", "demo", "--targets", "/nope/x"),
                List.of("a port is 0 to 65535", "orchestrator", "--port", "70000"),
                List.of(
                        "lifeboat.agent.machine.capacity is \"cheap\": ",
                        "agent",
                        "--node",
                        "a",
                        "--capacity",
                        "cheap"),
                List.of("does not hold tls.crt and tls.key", "orchestrator", "--pods", "--tls", "/missing"),
                List.of("lifeboat.orchestrator.name is defined as the empty String", "orchestrator", "--name", ""),
                List.of("a listener is at http://HOST:PORT", "notice", "drain", "a", "--http", "nonsense"),
                List.of(
                        "there is no token file /missing",
                        "notice",
                        "drain",
                        "a",
                        "--http",
                        "http://127.0.0.1:1",
                        "--token-file",
                        "/missing"),
                List.of("nothing can listen at 192.0.2.1:9092", "broker", "--dir", store, "--address", "192.0.2.1"),
                List.of("topics have 1 to 1000 partitions", "broker", "--dir", store, "--partitions", "0"),
                List.of("ort value out of range", "broker", "--dir", store, "--port", "99999"),
                List.of("nothing can listen at 192.0.2.1:0", "imds", "--address", "192.0.2.1"),
                List.of("paths on the node from its root on", "prepare-node", "--folder", "relative"),
                List.of("there is no folder /missing; --root", "prepare-node", "--root", "/missing"),
                List.of("there is no /missing; it is in the image", "prepare-node", "--wrapper", "/missing"),
                // Of nothing, every aim would be met.
                List.of("a whole number from 1 on, not 0", "bench", "restore", "--pairs", "0"),
                List.of("a whole number from 1 on, not -1", "bench", "reaction", "--notices", "-1"),
                List.of("a whole number from 1 on, not many", "bench", "storm", "--nodes", "many"),
                List.of("--size is 16m or more, not 1 B", "bench", "restore", "--size", "1"));
    }

    @BeforeEach
    void listen() {
        before.putAll(System.getProperties());
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restore() {
        System.setErr(stderr);
        System.setProperties(before);
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void costsOneLine(List<String> mistake) {
        int code = Main.commandLine().execute(mistake.subList(1, mistake.size()).toArray(String[]::new));

        assertThat(said.toString(StandardCharsets.UTF_8).lines())
                .singleElement()
                .asString()
                .matches("lifeboat " + mistake.get(1) + "( [a-z]+)?: .+")
                .contains(mistake.getFirst());
        assertThat(code).isEqualTo(2);
    }
}
