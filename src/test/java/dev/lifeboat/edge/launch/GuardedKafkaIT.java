package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.Provided;
import dev.lifeboat.edge.kafka.GuardedKafka;
import dev.lifeboat.edge.kafka.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A Kafka that asks for TLS and a password: who has them is served as ever, and who has not hears what to do.
final class GuardedKafkaIT {
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(3);

    private final Map<String, String> access = new HashMap<>();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @AfterEach
    void forget() {
        access.keySet().forEach(System::clearProperty);
    }

    @Test
    void servesWhoHasThePasswordAndTellsOthersWhatToDo() throws Exception {
        try (var kafka = GuardedKafka.start(folder)) {
            know(kafka, "wrong");
            assertThatThrownBy(() -> new Topics(1).create(Roles.brokers(kafka.address())))
                    .hasMessageContaining("does not take our user or its secret")
                    .hasMessageContaining("lifeboat.kafka.sasl.jaas-file");
            assertThat(notice(kafka.address())).isEqualTo(1);
            assertThat(err.toString())
                    .contains("does not take our user or its secret")
                    .doesNotContain("\tat ");

            know(kafka, GuardedKafka.PASSWORD);
            Process orchestrator = orchestrator(kafka.address());
            try {
                awaitTerm(orchestrator);
                assertThat(notice(kafka.address())).as(err::toString).isZero();
            } finally {
                orchestrator.destroyForcibly().waitFor();
            }
        }
    }

    private void know(GuardedKafka kafka, String password) throws IOException {
        access.put("lifeboat.kafka.protocol", "SASL_SSL");
        access.put("lifeboat.kafka.authority", kafka.authority().toString());
        access.put("lifeboat.kafka.sasl.mechanism", "SCRAM-SHA-512");
        access.put(
                "lifeboat.kafka.sasl.jaas-file",
                GuardedKafka.jaas(folder.resolve("jaas"), password).toString());
        access.forEach(System::setProperty);
    }

    private int notice(String kafka) {
        return Main.commandLine()
                .setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(err))
                .execute("notice", "drain", "node-a", "--kafka", kafka);
    }

    private Process orchestrator(String kafka) throws IOException {
        var builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        Provided.runner().toString(),
                        "orchestrator",
                        "--partitions=1",
                        "--port=0",
                        "--kafka=" + kafka))
                .redirectErrorStream(true)
                .redirectOutput(log().toFile());
        access.forEach((key, value) ->
                builder.environment().put(key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_"), value));
        return builder.start();
    }

    private void awaitTerm(Process orchestrator) throws IOException {
        long giveUp = System.nanoTime() + PATIENCE_NANOS;
        while (!Files.readString(log()).contains("term begun")) {
            assertThat(orchestrator.isAlive() && System.nanoTime() < giveUp)
                    .as(Files.readString(log()))
                    .isTrue();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private Path log() {
        return folder.resolve("orchestrator.log");
    }
}
