package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.CheckpointChainContract;
import dev.lifeboat.agent.CheckpointStore;
import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// The real store, over a folder, held to what the simulation's store is held to.
final class CheckpointsInFolderTest extends CheckpointChainContract {
    private static final String KEY = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    private StoredCheckpoints checkpoints;

    @BeforeEach
    void open() throws IOException {
        var key = KeyFile.read(Files.writeString(folder.resolve("key"), KEY));
        checkpoints = new StoredCheckpoints(
                new StoreLocation.Folder(folder.resolve("store")),
                key,
                new StoredCheckpoints.Settings(Codec.ZSTD, ByteCount.ofMebi(4), 2));
    }

    @AfterEach
    void close() {
        checkpoints.close();
    }

    @Override
    protected CheckpointStore store() {
        return checkpoints;
    }
}
