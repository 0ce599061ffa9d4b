package dev.lifeboat.edge.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.lifeboat.Drawn;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the examples for Strimzi make is what the chart and its examples name.
final class StrimziExamplesTest {
    private static final String MADE = "docs/examples/strimzi/";
    private static final String CHART = "helm/lifeboat/";

    @ParameterizedTest
    @ValueSource(strings = {"strimzi", "gke", "aks"})
    void anExampleOfTheChartAsksTheKafkaThatIsMadeAsTheUserThatIsMade(String example) throws IOException {
        JsonNode values = read(CHART + "examples/" + example + ".yaml").getFirst();
        JsonNode kafka = read(MADE + "kafka.yaml").getLast();
        JsonNode listener = kafka.at("/spec/kafka/listeners/0");
        String name = kafka.at("/metadata/name").asText();
        int port = listener.path("port").asInt();

        // Strimzi's names of a cluster's Service and Secret; of a user's Secret, the user's own.
        assertThat(values.at("/kafka/bootstrap").asText()).isEqualTo(name + "-kafka-bootstrap.kafka.svc:" + port);
        assertThat(values.at("/kafka/tls/enabled").asBoolean())
                .isEqualTo(listener.path("tls").asBoolean());
        assertThat(values.at("/kafka/tls/caSecret").asText()).isEqualTo(name + "-cluster-ca-cert");
        assertThat(values.at("/kafka/sasl/secretName").asText())
                .isEqualTo(
                        read(MADE + "user.yaml").getFirst().at("/metadata/name").asText());
        assertThat(values.at("/networkPolicy/kafka/port").asInt()).isEqualTo(port);
    }

    @Test
    void brokersStayOffEveryNodeThatOrchestratorsStayOff() throws IOException {
        JsonNode kept = read(CHART + "values.yaml").getFirst().at("/orchestrator/spotLabels");
        JsonNode pool = read(MADE + "kafka.yaml").getFirst();

        assertThat(pool.findValue("matchExpressions"))
                .extracting(it -> it.path("key").asText() + "="
                        + it.path("values").path(0).asText())
                .containsExactlyElementsOf(all(kept)
                        .map(it ->
                                it.path("key").asText() + "=" + it.path("value").asText())
                        .toList());
    }

    private static Stream<JsonNode> all(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    private static List<JsonNode> read(String file) throws IOException {
        var yaml = new YAMLMapper();
        try (var documents = yaml.readerFor(JsonNode.class)
                .<JsonNode>readValues(Drawn.top().resolve(file).toFile())) {
            return documents.readAll();
        }
    }
}
