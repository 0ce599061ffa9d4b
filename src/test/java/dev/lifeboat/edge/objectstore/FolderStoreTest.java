package dev.lifeboat.edge.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderStoreTest extends ObjectStoreContract {
    @TempDir
    Path folder;

    private ObjectStore store = new RefusingStore();

    @BeforeEach
    void open() {
        store = new FolderStore(folder);
    }

    @Override
    ObjectStore store() {
        return store;
    }

    @Test
    void noKeyLeadsOutOfTheFolder() {
        for (String key : new String[] {"../x", "/etc/passwd", "a/../../x", "a//b", "."}) {
            assertThatThrownBy(() -> store.get(key, 10)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(store.list("")).isEmpty();
    }
}
