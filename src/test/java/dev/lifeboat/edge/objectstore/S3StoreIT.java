package dev.lifeboat.edge.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// The contract against a real S3 server in its own process, at the bucket's top and under a prefix.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class S3StoreIT extends ObjectStoreContract {
    private final S3Server server;
    private final ObjectStore store;

    S3StoreIT(@TempDir Path folder) throws Exception {
        server = S3Server.start(folder);
        store = new S3Store(server.location());
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Override
    ObjectStore store() {
        return store;
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    final class UnderAPrefix extends ObjectStoreContract {
        private final ObjectStore under = new S3Store(server.under("team-a/lifeboat"));

        @Override
        ObjectStore store() {
            return under;
        }

        @Test
        void everythingLiesUnderThePrefixAndNothingElseIsSeen() {
            under.put("checkpoints/one", new byte[] {1});
            store.put("checkpoints/other", new byte[] {2});

            assertThat(store.list("team-a/lifeboat/checkpoints/")).containsExactly("team-a/lifeboat/checkpoints/one");
            assertThat(under.list("checkpoints/")).containsExactly("checkpoints/one");
        }
    }
}
