package dev.lifeboat.edge.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.Drawn;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BrokersTest {
    private static final Pattern MAKES = Pattern.compile("new Kafka(Consumer|Producer)<|Admin\\.create\\(");
    private static final String AT = "kafka.example:9093";

    @TempDir
    private Path folder;

    private final Map<String, String> set = new HashMap<>();

    @SuppressWarnings("NullAway.Init") // set before each test
    private String file;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("file"), "some words\n").toString();
    }

    @Test
    void aClientHasItsOwnSettingsAndTheAddress() {
        assertThat(brokers().config(Map.of("client.id", "us")))
                .containsEntry("bootstrap.servers", AT)
                .containsEntry("security.protocol", "PLAINTEXT")
                .containsEntry("client.id", "us");
    }

    @Test
    void whoWeAreComesFromFilesThatAreReadForEachClient() throws IOException {
        scram();
        set.put("lifeboat.kafka.authority", file);
        var brokers = brokers();
        assertThat(brokers.config(Map.of()))
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("sasl.mechanism", "SCRAM-SHA-512")
                .containsEntry("sasl.jaas.config", new Password("some words"))
                .containsEntry("ssl.truststore.type", "PEM")
                .containsEntry("ssl.truststore.certificates", new Password("some words"));

        Files.writeString(Path.of(file), "others");

        assertThat(brokers.config(Map.of())).containsEntry("sasl.jaas.config", new Password("others"));
    }

    @Test
    void aCertificateOfOursGoesWithItsKey() {
        set.put("lifeboat.kafka.protocol", "SSL");
        set.put("lifeboat.kafka.certificate", file);
        refused("needs its key");
        set.put("lifeboat.kafka.key", file);
        assertThat(brokers().config(Map.of()))
                .containsEntry("ssl.keystore.type", "PEM")
                .containsKeys("ssl.keystore.certificate.chain", "ssl.keystore.key");
    }

    @Test
    void tokensAreAskedForWhereTheSettingSays() {
        scram();
        set.put("lifeboat.kafka.sasl.mechanism", "OAUTHBEARER");
        refused("lifeboat.kafka.sasl.token-endpoint");
        set.put("lifeboat.kafka.sasl.token-endpoint", "https://id.example/token");
        assertThat(brokers().config(Map.of()))
                .containsEntry("sasl.oauthbearer.token.endpoint.url", "https://id.example/token")
                .containsKey("sasl.login.callback.handler.class");
    }

    @Test
    void eachMistakeIsToldBeforeAnythingStarts() {
        set.put("lifeboat.kafka.sasl.mechanism", "SCRAM-SHA-256");
        refused("with SASL go lifeboat.kafka.sasl.mechanism and lifeboat.kafka.sasl.jaas-file");
        set.put("lifeboat.kafka.sasl.mechanism", "PLAIN");
        set.put("lifeboat.kafka.sasl.jaas-file", file);
        set.put("lifeboat.kafka.protocol", "SASL_PLAINTEXT");
        refused("PLAIN would send its secret for everybody to read");
        set.put("lifeboat.kafka.sasl.mechanism", "SCRAM_SHA_256");
        set.put("lifeboat.kafka.authority", file);
        refused("set it to SSL or SASL_SSL");
        set.remove("lifeboat.kafka.authority");
        set.put("lifeboat.kafka.sasl.jaas-file", folder + "/none");
        refused("lifeboat.kafka.sasl.jaas-file names " + folder + "/none, which cannot be read");
        assertThatThrownBy(() -> Brokers.plain("kafka")).hasMessageContaining("HOST:PORT");
    }

    @Test
    void aFailureSaysWhatToDo() {
        var brokers = Brokers.plain(AT);
        assertThat(brokers.why(new IllegalStateException(new SaslAuthenticationException("wrong"))))
                .contains("check lifeboat.kafka.sasl.mechanism", "(wrong)");
        assertThat(brokers.why(new SslAuthenticationException("no path"))).contains("check lifeboat.kafka.authority");
        assertThat(brokers.why(new TimeoutException("late")))
                .isEqualTo("Kafka at " + AT + " does not answer: is it running? (late)");
    }

    /// A client that is made of anything else would not know who it is.
    @Test
    void noOtherPlaceSaysHowKafkaIsReached() throws IOException {
        try (Stream<Path> files = Files.walk(Drawn.top().resolve("src/main/java"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                String text = Files.readString(file);
                boolean makes = MAKES.matcher(text).find();
                assertThat(!makes || text.contains("rokers.config("))
                        .as("%s makes its clients of Brokers", file)
                        .isTrue();
                assertThat(text.contains("BOOTSTRAP_SERVERS_CONFIG"))
                        .as("%s says how Kafka is reached", file)
                        .isEqualTo(file.endsWith("Brokers.java"));
            }
        }
    }

    private void scram() {
        set.put("lifeboat.kafka.protocol", "SASL_SSL");
        set.put("lifeboat.kafka.sasl.mechanism", "SCRAM-SHA-512");
        set.put("lifeboat.kafka.sasl.jaas-file", file);
    }

    private void refused(String words) {
        assertThatThrownBy(this::brokers)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(words);
    }

    private Brokers brokers() {
        return Brokers.of(AT, settings(set));
    }

    static KafkaSettings settings(Map<String, String> set) {
        return new SmallRyeConfigBuilder()
                .withMapping(KafkaSettings.class)
                .withSources(new PropertiesConfigSource(set, "test", 100))
                .build()
                .getConfigMapping(KafkaSettings.class);
    }
}
