package dev.lifeboat.edge.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/// An open file descriptor that no child inherits unless it is named to [Child#spawn].
public final class Descriptor implements Closeable {
    /// Above the numbers that [Child#spawn] hands out in the child, so that none is overwritten before it is copied.
    private static final int LOWEST_NUMBER = 64;

    /// x86-64 and aarch64 differ here; see asm/fcntl.h of each.
    private static final int O_DIRECTORY = System.getProperty("os.arch").equals("aarch64") ? 0x4000 : 0x10000;

    private static final int O_CLOEXEC = 0x80000;
    private static final int F_DUPFD_CLOEXEC = 1030;

    private static final MethodHandle CLOSE = Libc.withErrno("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle OPEN = Libc.withErrno(
            "open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle FCNTL = Libc.withErrno(
            "fcntl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT), Linker.Option.firstVariadicArg(2));

    private final int number;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Descriptor(int number) {
        this.number = number;
    }

    /// open(2) of a folder, as a handle that others find under /proc/PID/fd.
    public static Descriptor ofFolder(Path folder) throws IOException {
        return open(folder, O_DIRECTORY | O_CLOEXEC);
    }

    /// open(2) of a file, to read.
    static Descriptor ofFile(Path file) throws IOException {
        return open(file, O_CLOEXEC);
    }

    private static Descriptor open(Path path, int flags) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(Libc.ERRNO);
            int opened = (int) OPEN.invokeExact(errno, arena.allocateFrom(path.toString()), flags);
            if (opened < 0) {
                throw new SystemCallFailed("open", path.toString(), Libc.errno(errno));
            }
            return owning(opened);
        } catch (IOException failed) {
            throw failed;
        } catch (Throwable thrown) {
            throw Libc.unexpected(thrown);
        }
    }

    /// Takes over a descriptor that has just been made, and moves it out of the way: fcntl(2), F_DUPFD_CLOEXEC.
    static Descriptor owning(int made) throws IOException {
        try (var arena = Arena.ofConfined();
                var low = new Descriptor(made)) {
            var errno = arena.allocate(Libc.ERRNO);
            int high = (int) FCNTL.invokeExact(errno, low.number, F_DUPFD_CLOEXEC, LOWEST_NUMBER);
            if (high < 0) {
                throw new SystemCallFailed("fcntl", "F_DUPFD_CLOEXEC", Libc.errno(errno));
            }
            return new Descriptor(high);
        } catch (IOException failed) {
            throw failed;
        } catch (Throwable thrown) {
            throw Libc.unexpected(thrown);
        }
    }

    public int number() {
        return number;
    }

    /// close(2), once; nobody may be using the descriptor any more, or its number may come to mean something else.
    @Override
    public void close() throws IOException {
        if (closed.getAndSet(true)) {
            return;
        }
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(Libc.ERRNO);
            // The descriptor is gone whatever close says, EINTR included: there is nothing to try again.
            if ((int) CLOSE.invokeExact(errno, number) < 0 && Libc.errno(errno) != Libc.EINTR) {
                throw new SystemCallFailed("close", "fd " + number, Libc.errno(errno));
            }
        } catch (IOException failed) {
            throw failed;
        } catch (Throwable thrown) {
            throw Libc.unexpected(thrown);
        }
    }

    @Override
    public String toString() {
        return "fd " + number;
    }
}
