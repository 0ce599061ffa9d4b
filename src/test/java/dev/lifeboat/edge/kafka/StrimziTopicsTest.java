package dev.lifeboat.edge.kafka;

import dev.lifeboat.Drawn;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

/// The example for Strimzi asks for what we would make ourselves.
final class StrimziTopicsTest {
    private static final int PARTITIONS = 4;

    @Test
    void theExampleDeclaresTheTopicsThatWeWouldMake() {
        String topics = new Topics(PARTITIONS)
                .all().stream()
                        .sorted(Comparator.comparing(NewTopic::name))
                        .map(StrimziTopicsTest::declared)
                        .collect(Collectors.joining());

        Drawn.matches(
                Path.of("docs/examples/strimzi/topics.yaml"),
                "# Drawn by StrimziTopicsTest: what orchestrators would make, for 4 partitions."
                        + " docs/how-to/use-strimzi.md.\n" + topics);
    }

    private static String declared(NewTopic topic) {
        String config = new TreeMap<>(topic.configs())
                .entrySet().stream().map(StrimziTopicsTest::setting).collect(Collectors.joining());
        return """
                ---
                apiVersion: kafka.strimzi.io/v1
                kind: KafkaTopic
                metadata:
                  name: %s
                  labels: {strimzi.io/cluster: lifeboat}
                spec:
                  partitions: %d
                  replicas: 3
                  config:
                %s""".formatted(topic.name(), topic.numPartitions(), config);
    }

    private static String setting(Map.Entry<String, String> setting) {
        return "    %s: \"%s\"\n".formatted(setting.getKey(), setting.getValue());
    }
}
