package dev.lifeboat.edge.objectstore;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// The contract against a real S3 server in its own process.
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
}
