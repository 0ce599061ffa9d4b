package dev.lifeboat.edge.launch.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.edge.kafka.Brokers;
import dev.lifeboat.edge.kafka.KafkaUnderTest;
import dev.lifeboat.edge.kafka.RunningOrchestrator;
import dev.lifeboat.edge.kafka.Topics;
import dev.lifeboat.edge.objectstore.StoreLocation;
import dev.lifeboat.edge.objectstore.StoredCheckpoints;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.orchestrator.Observer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `bench reaction` in small: that a notice goes all the way, not how long it takes.
final class ReactionIT {
    private static final Topics TOPICS = new Topics(2);

    @TempDir
    private Path folder;

    @Test
    void aNoticeOfTheMetadataServiceGoesByKafkaAndADecisionToTheAgentsFirstAction() throws Exception {
        var location = new StoreLocation.Folder(folder.resolve("store"));
        try (var kafka = KafkaUnderTest.start()) {
            TOPICS.create(Brokers.plain(kafka.bootstrap()));
            try (var _ = RunningOrchestrator.start(kafka.bootstrap(), TOPICS, Observer.NONE);
                    var store = new StoredCheckpoints(
                            location, PipeBench.key(folder), StoredCheckpoints.Settings.usual())) {
                Path own = Files.createDirectories(folder.resolve("node-0"));
                var place = new DoomedNode.Place(Brokers.plain(kafka.bootstrap()), TOPICS, store, own);
                try (var node = new DoomedNode(new NodeName("node-0"), place, new Random(42))) {
                    DoomedNode.Reaction reaction = node.doom(Duration.ZERO);

                    assertThat(reaction.durable()).isGreaterThanOrEqualTo(reaction.seen());
                    assertThat(reaction.acted()).isGreaterThanOrEqualTo(reaction.durable());
                    assertThat(reaction.rival()).isPositive();
                    assertThat(node.polls()).isPositive();
                }
            }
        }
    }
}
