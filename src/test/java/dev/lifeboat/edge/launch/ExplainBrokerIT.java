package dev.lifeboat.edge.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.kafka.KafkaUnderTest;
import dev.lifeboat.edge.kafka.Topics;
import dev.lifeboat.edge.kafka.Wire;
import dev.lifeboat.edge.policyfile.PolicyFiles;
import dev.lifeboat.migration.JournalEvent;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `lifeboat explain --broker` on a journal that lies on a broker.
final class ExplainBrokerIT {
    private static final Topics TOPICS = new Topics(2);

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void whatLiesOnTheBrokerReplaysToTheSameNumber() throws Exception {
        Path policy = DecidedJournal.policy(folder, "10m");
        try (var kafka = KafkaUnderTest.Kind.EMBEDDED.start()) {
            TOPICS.create(kafka.bootstrap());
            assertThat(explain(kafka.bootstrap(), policy))
                    .as("nothing journalled")
                    .isEqualTo(1);
            assertThat(err.toString().lines()).singleElement().asString().contains("the journal has no plan");

            write(
                    kafka.bootstrap(),
                    DecidedJournal.events(PolicyFiles.load(policy).all()));
            assertThat(explain(kafka.bootstrap(), policy)).as(out + "\n" + err).isZero();
        }
        assertThat(out.toString())
                .contains("first plan of node-a", "lab/gold  ")
                .contains("replayed: as journalled, to the same number")
                .doesNotContain("decide otherwise");
    }

    private static void write(String bootstrap, List<JournalEvent> events) throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", bootstrap),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (JournalEvent event : events) {
                producer.send(new ProducerRecord<>(Topics.JOURNAL, 1, null, Wire.JOURNAL.write(event)))
                        .get();
            }
        }
    }

    private int explain(String bootstrap, Path policy) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute("explain", "--broker", bootstrap, "--policies", policy.toString());
    }
}
