package dev.lifeboat.edge.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.agent.CorruptCheckpoint;
import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class IndexTest {
    private static final Extent PAGE = new Extent(new MemoryObject(MemoryObject.Kind.TASK, 7), 0x1000, 1);
    private static final Index.Chunk CHUNK = new Index.Chunk(0, 3, Codec.NONE, 64, 4112, 4096);

    @Test
    void versionOneIsReadAsACheckpointOfItsOwnObjects() {
        var bytes = ByteBuffer.allocate(1024).putInt(Index.MAGIC).putInt(1);
        text(bytes.putInt(1), "data-0000");
        bytes.putInt(1).putInt(0).putInt(3).putInt(0).putLong(64).putInt(4112).putInt(4096);
        bytes.putInt(1)
                .putInt(1)
                .putLong(7)
                .putLong(0x1000)
                .putLong(1)
                .putInt(0)
                .putInt(0);
        bytes.putInt(0);

        assertThat(Index.decode(bytes.flip()))
                .isEqualTo(new Index(
                        List.of(),
                        List.of(new Index.StoredObject(Index.StoredObject.OWN, 0, "data-0000")),
                        List.of(CHUNK),
                        List.of(new Index.Run(PAGE, 0, 0)),
                        List.of()));
    }

    @Test
    void aChainsLayersComeBack() {
        var index = new Index(
                List.of(new Index.Layer("chains/node-a/0/", "lifeboat/2\nnode-a/0\n0", "00".repeat(32))),
                List.of(new Index.StoredObject(0, 5, "data-0005")),
                List.of(CHUNK),
                List.of(new Index.Run(PAGE, 0, 0)),
                List.of());

        assertThat(Index.decode(ByteBuffer.wrap(index.encode()))).isEqualTo(index);
        assertThat(index.toString()).doesNotContain("0000000000");
    }

    @Test
    void aLayerThatIsNotListedIsRefused() {
        var index = new Index(
                List.of(), List.of(new Index.StoredObject(0, 5, "data-0005")), List.of(), List.of(), List.of());

        assertThatThrownBy(() -> Index.decode(ByteBuffer.wrap(index.encode())))
                .isInstanceOf(CorruptCheckpoint.class)
                .hasMessageContaining("points outside");
    }

    private static void text(ByteBuffer target, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        target.putInt(bytes.length).put(bytes);
    }
}
