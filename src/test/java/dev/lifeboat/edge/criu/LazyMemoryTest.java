package dev.lifeboat.edge.criu;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Images of two tasks, as CRIU writes them, with no more than what is asked for.
final class LazyMemoryTest {
    private static final MemoryObject FIRST = new MemoryObject(MemoryObject.Kind.TASK, 40);
    private static final MemoryObject SECOND = new MemoryObject(MemoryObject.Kind.TASK, 41);
    private static final MemoryObject THIRD = new MemoryObject(MemoryObject.Kind.TASK, 44);
    private static final int READ = 1;
    private static final int READ_WRITE = 3;
    private static final int PRIVATE = 0x2;
    private static final int PRIVATE_ANONYMOUS = 0x22;

    @TempDir
    Path metadata;

    @BeforeEach
    void oneThreadWithNothingOfTheKernels() throws IOException {
        thread(40, 0x9000_0000L, 0);
    }

    @Test
    void whatTheTaskMayNotWriteComesEarlyAndLazyStillLate() throws IOException {
        memory(FIRST, mapping(0x10000, 0x12000, READ, PRIVATE_ANONYMOUS));
        assertThat(writable(FIRST).late()).isEmpty();
        assertThat(writable(FIRST).early()).containsExactly(extent(0x10000, 2));
        assertThat(of(LazyMemory.of(metadata, List.of(FIRST)), extent(0x10000, 2))
                        .late())
                .containsExactly(extent(0x10000, 2));
    }

    @Test
    void whatHasAFileBehindItComesEarly() throws IOException {
        memory(FIRST, mapping(0x10000, 0x12000, READ_WRITE, PRIVATE));
        assertThat(writable(FIRST).early()).containsExactly(extent(0x10000, 2));
    }

    @Test
    void whatAnotherTaskHasAtTheSamePlaceComesEarlyToBoth() throws IOException {
        memory(FIRST, mapping(0x10000, 0x12000, READ_WRITE, PRIVATE_ANONYMOUS));
        memory(SECOND, mapping(0x11000, 0x13000, READ_WRITE, PRIVATE_ANONYMOUS));
        assertThat(writable(FIRST, SECOND).early()).containsExactly(extent(0x10000, 2));
    }

    @Test
    void whatOneOfManyReachesOverIsFoundWhoeverElseLiesBetween() throws IOException {
        memory(FIRST, mapping(0x10000, 0x12000, READ_WRITE, PRIVATE_ANONYMOUS));
        memory(SECOND, mapping(0x1000, 0x20000, READ, PRIVATE_ANONYMOUS));
        memory(THIRD, mapping(0x5000, 0x6000, READ_WRITE, PRIVATE_ANONYMOUS));
        assertThat(writable(FIRST, SECOND, THIRD).early()).containsExactly(extent(0x10000, 2));
    }

    @Test
    void whatAnotherTaskHasBesideItDoesNotCount() throws IOException {
        memory(FIRST, mapping(0x10000, 0x12000, READ_WRITE, PRIVATE_ANONYMOUS));
        memory(
                SECOND,
                mapping(0xf000, 0x10000, READ_WRITE, PRIVATE_ANONYMOUS),
                mapping(0x12000, 0x13000, READ_WRITE, PRIVATE_ANONYMOUS));
        assertThat(writable(FIRST, SECOND).late()).containsExactly(extent(0x10000, 2));
    }

    @Test
    void thePagesThatTheKernelItselfWritesComeEarly() throws IOException {
        memory(FIRST, mapping(0x10000, 0x15000, READ_WRITE, PRIVATE_ANONYMOUS));
        thread(42, 0x11ff8, 0x13fe0);
        var split = of(LazyMemory.writable(metadata, List.of(FIRST)), extent(0x10000, 5));
        assertThat(split.early()).containsExactly(extent(0x11000, 1), extent(0x13000, 1));
        assertThat(split.late()).containsExactly(extent(0x10000, 1), extent(0x12000, 1), extent(0x14000, 1));
    }

    private LazyMemory.Split writable(MemoryObject... tasks) throws IOException {
        return of(LazyMemory.writable(metadata, List.of(tasks)), extent(0x10000, 2));
    }

    private static LazyMemory.Split of(Map<MemoryObject, LazyMemory> memories, Extent extent) {
        return requireNonNull(memories.get(FIRST)).split(List.of(extent));
    }

    private static Extent extent(long address, long pages) {
        return new Extent(FIRST, address, pages);
    }

    private void memory(MemoryObject task, byte[]... mappings) throws IOException {
        image("mm-" + task.id() + ".img", message -> {
            for (byte[] mapping : mappings) {
                message.writeByteArray(14, mapping);
            }
        });
    }

    private static byte[] mapping(long start, long end, int protection, int flags) throws IOException {
        return message(mapping -> {
            mapping.writeUInt64(1, start);
            mapping.writeUInt64(2, end);
            mapping.writeUInt32(5, protection);
            mapping.writeUInt32(6, flags);
            mapping.writeUInt32(7, 1);
        });
    }

    /// @param rseq 0 for none
    private void thread(int id, long stackPointer, long rseq) throws IOException {
        byte[] registers = message(each -> each.writeUInt64(20, stackPointer));
        byte[] sequence = message(each -> {
            each.writeUInt64(1, rseq);
            each.writeUInt32(2, 32);
        });
        byte[] processor = message(each -> each.writeByteArray(2, registers));
        byte[] rest = message(each -> each.writeByteArray(15, sequence));
        image("core-" + id + ".img", each -> {
            each.writeByteArray(2, processor);
            each.writeByteArray(5, rest);
        });
    }

    private void image(String name, Request.Content content) throws IOException {
        byte[] message = message(content);
        var image = ByteBuffer.allocate(12 + message.length).order(ByteOrder.LITTLE_ENDIAN);
        image.putInt(8, message.length).put(12, message);
        Files.write(metadata.resolve(name), image.array());
    }

    private static byte[] message(Request.Content content) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = CodedOutputStream.newInstance(bytes);
        content.writeTo(out);
        out.flush();
        return bytes.toByteArray();
    }
}
