package dev.lifeboat.edge.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A user who may make no topics, since somebody else makes them: docs/examples/strimzi.
final class TopicsIT {
    private final Topics topics = new Topics(1);

    @TempDir
    private Path folder;

    @Test
    void theRightToMakeThemIsNeededOnlyWhereOneIsMissing() throws Exception {
        try (var kafka = GuardedKafka.start(folder);
                var admin = Admin.create(kafka.open().config(Map.of()))) {
            Brokers guarded = kafka.guarded(folder.resolve("jaas"));
            kafka.forbid(AclOperation.CREATE);
            assertThatThrownBy(() -> topics.create(guarded))
                    .hasMessageContaining("cannot make topic lifeboat.")
                    .hasMessageContaining("docs/how-to/use-strimzi.md");

            topics.create(kafka.open());
            awaitAll(admin);

            assertThatCode(() -> topics.create(guarded)).doesNotThrowAnyException();
        }
    }

    /// A broker lists a topic somewhat later than the controller has made it.
    private void awaitAll(Admin admin) throws Exception {
        List<String> all = topics.all().stream().map(NewTopic::name).toList();
        long giveUp = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (!admin.listTopics().names().get(1, TimeUnit.MINUTES).containsAll(all)) {
            assertThat(System.nanoTime()).as("all topics are listed").isLessThan(giveUp);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }
}
