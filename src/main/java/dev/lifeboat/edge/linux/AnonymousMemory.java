package dev.lifeboat.edge.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.lifeboat.agent.PageMemory;
import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;

/// Memory by mmap(2): no limit of the JVM's holds for it, and parts of it can be given back.
public final class AnonymousMemory implements PageMemory {
    // sys/mman.h, the same on every architecture that Lifeboat runs on.
    private static final int READ_AND_WRITE = 1 | 2;
    private static final int PRIVATE_ANONYMOUS_UNRESERVED = 0x2 | 0x20 | 0x4000;
    private static final int DONT_NEED = 4;

    private static final MethodHandle MMAP = Libc.withErrno(
            "mmap", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MADVISE =
            Libc.withErrno("madvise", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle MUNMAP =
            Libc.withErrno("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));

    private final MemorySegment mapped;

    private AnonymousMemory(MemorySegment mapped) {
        this.mapped = mapped;
    }

    /// mmap(2).
    ///
    /// @param size more than nothing
    public static AnonymousMemory map(ByteCount size) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(Libc.ERRNO);
            var at = (MemorySegment) MMAP.invokeExact(
                    errno, MemorySegment.NULL, size.bytes(), READ_AND_WRITE, PRIVATE_ANONYMOUS_UNRESERVED, -1, 0L);
            if (at.address() == -1) {
                throw new SystemCallFailed("mmap", size.toString(), Libc.errno(errno));
            }
            return new AnonymousMemory(sized(at, size));
        } catch (IOException failed) {
            throw failed;
        } catch (Throwable thrown) {
            throw Libc.unexpected(thrown);
        }
    }

    @SuppressWarnings("restricted") // The kernel has just said how long it is.
    private static MemorySegment sized(MemorySegment at, ByteCount size) {
        return at.reinterpret(size.bytes());
    }

    @Override
    public ByteBuffer at(long offset, int length) {
        return mapped.asSlice(offset, length).asByteBuffer();
    }

    /// madvise(2), MADV_DONTNEED.
    @Override
    public void giveBack(long offset, long length) {
        var part = mapped.asSlice(offset, length);
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(Libc.ERRNO);
            if ((int) MADVISE.invokeExact(errno, part, length, DONT_NEED) != 0) {
                throw new UncheckedIOException(new SystemCallFailed("madvise", part.toString(), Libc.errno(errno)));
            }
        } catch (UncheckedIOException failed) {
            throw failed;
        } catch (Throwable thrown) {
            throw Libc.unexpected(thrown);
        }
    }

    /// munmap(2).
    @Override
    public void close() {
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(Libc.ERRNO);
            if ((int) MUNMAP.invokeExact(errno, mapped, mapped.byteSize()) != 0) {
                throw new UncheckedIOException(new SystemCallFailed("munmap", mapped.toString(), Libc.errno(errno)));
            }
        } catch (UncheckedIOException failed) {
            throw failed;
        } catch (Throwable thrown) {
            throw Libc.unexpected(thrown);
        }
    }
}
