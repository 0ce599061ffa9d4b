package dev.lifeboat.edge.criu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ThreadImageTest {
    private static final int ALIVE = 1;
    private static final int DEAD = 2;

    @TempDir
    private Path folder;

    @Test
    void aZombieHasNoPagesAndKeepsNobodyFromBeingRestored() throws Exception {
        write(
                "core-7.img",
                message(2, message(2, number(20, 0x7fff_1234_5678L))).concat(task(ALIVE)));
        write("core-8.img", task(DEAD));

        assertThat(ThreadImage.kernelsPages(folder)).containsExactly(0x7fff_1234_5000L);
    }

    @Test
    void aLivingThreadWithoutRegistersThatWeKnowIsRefused() throws Exception {
        write("core-7.img", task(ALIVE));

        assertThatThrownBy(() -> ThreadImage.kernelsPages(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("core-7.img");
    }

    /// images/core.proto: `tc`, and its `task_state`.
    private static ByteString task(int state) throws IOException {
        return message(3, number(1, state));
    }

    private static ByteString message(int field, ByteString content) throws IOException {
        var out = ByteString.newOutput();
        var coded = CodedOutputStream.newInstance(out);
        coded.writeBytes(field, content);
        coded.flush();
        return out.toByteString();
    }

    private static ByteString number(int field, long value) throws IOException {
        var out = ByteString.newOutput();
        var coded = CodedOutputStream.newInstance(out);
        coded.writeUInt64(field, value);
        coded.flush();
        return out.toByteString();
    }

    /// Two magic words and the length come first.
    private void write(String name, ByteString content) throws IOException {
        var image = ByteBuffer.allocate(12 + content.size()).order(ByteOrder.LITTLE_ENDIAN);
        image.putInt(8, content.size()).position(12).put(content.toByteArray());
        Files.write(folder.resolve(name), image.array());
    }
}
