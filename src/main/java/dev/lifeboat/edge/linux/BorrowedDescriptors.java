package dev.lifeboat.edge.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Copies of another process's descriptors: what they stand for lives on when that process dies.
public final class BorrowedDescriptors implements Closeable {
    // The same numbers on every architecture since Linux 5.6 (asm-generic/unistd.h).
    private static final long PIDFD_OPEN_NUMBER = 434;
    private static final long PIDFD_GETFD_NUMBER = 438;

    private static final MethodHandle PIDFD_OPEN = syscall(JAVA_INT, JAVA_INT);
    private static final MethodHandle PIDFD_GETFD = syscall(JAVA_INT, JAVA_INT, JAVA_INT);

    private final List<Descriptor> descriptors;

    private BorrowedDescriptors(List<Descriptor> descriptors) {
        this.descriptors = descriptors;
    }

    private static MethodHandle syscall(MemoryLayout... arguments) {
        var shape = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG).appendArgumentLayouts(arguments);
        return Libc.withErrno("syscall", shape, Linker.Option.firstVariadicArg(1));
    }

    /// pidfd_open(2), and pidfd_getfd(2) for each.
    ///
    /// @param numbers of the process's own
    public static BorrowedDescriptors of(long pid, Collection<Integer> numbers) throws IOException {
        var copies = new ArrayList<Descriptor>();
        try (var process = open(pid)) {
            for (int number : numbers) {
                copies.add(copy(process, number));
            }
            return new BorrowedDescriptors(List.copyOf(copies));
        } catch (IOException | RuntimeException broken) {
            for (Descriptor copy : copies) {
                copy.close();
            }
            throw broken;
        }
    }

    public List<Descriptor> descriptors() {
        return descriptors;
    }

    /// Those of a process that are of one kind now.
    ///
    /// @param kind as `/proc/PID/fd` shows it, such as `anon_inode:[userfaultfd]`
    public static List<Integer> numbers(long pid, String kind) throws IOException {
        var numbers = new ArrayList<Integer>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            for (Path each : all) {
                if (Files.readSymbolicLink(each).toString().equals(kind)) {
                    numbers.add(Integer.valueOf(each.getFileName().toString()));
                }
            }
        }
        return numbers;
    }

    private static Descriptor open(long pid) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(Libc.ERRNO);
            long opened = (long) PIDFD_OPEN.invokeExact(errno, PIDFD_OPEN_NUMBER, Math.toIntExact(pid), 0);
            if (opened < 0) {
                throw new SystemCallFailed("pidfd_open", "pid " + pid, Libc.errno(errno));
            }
            return Descriptor.owning((int) opened);
        } catch (IOException failed) {
            throw failed;
        } catch (Throwable thrown) {
            throw Libc.unexpected(thrown);
        }
    }

    private static Descriptor copy(Descriptor process, int number) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(Libc.ERRNO);
            long copied = (long) PIDFD_GETFD.invokeExact(errno, PIDFD_GETFD_NUMBER, process.number(), number, 0);
            if (copied < 0) {
                throw new SystemCallFailed("pidfd_getfd", "fd " + number, Libc.errno(errno));
            }
            return Descriptor.owning((int) copied);
        } catch (IOException failed) {
            throw failed;
        } catch (Throwable thrown) {
            throw Libc.unexpected(thrown);
        }
    }

    @Override
    public void close() throws IOException {
        for (Descriptor each : descriptors) {
            each.close();
        }
    }
}
