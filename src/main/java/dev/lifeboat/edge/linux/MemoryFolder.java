package dev.lifeboat.edge.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/// A tmpfs that is mounted nowhere: only who is given its descriptor gets at it, and with the last of them it is gone,
/// whatever they died of.
///
/// With huge pages where they pay: a GiB of small ones costs 0.42 s of a core to write, 0.22 s to read and 0.16 s to
/// free, of huge ones 0.05, 0.04 and 0.004 s. But a hypervisor to which the kernel reports free memory takes just those
/// away first, and each then comes back with a fault: 1.4 s a GiB (kernel 6.18, docs/adr/0115).
public final class MemoryFolder implements Closeable {
    // The same numbers on every architecture since Linux 5.2 (asm-generic/unistd.h).
    private static final long FSOPEN_NUMBER = 430;
    private static final long FSCONFIG_NUMBER = 431;
    private static final long FSMOUNT_NUMBER = 432;

    // From linux/mount.h.
    private static final int CLOEXEC = 1;
    private static final int SET_STRING = 1;
    private static final int CREATE = 6;

    /// mm/page_reporting.c; -1 as an unsigned number while nothing is reported.
    private static final Path REPORTING_ORDER = Path.of("/sys/module/page_reporting/parameters/page_reporting_order");

    /// Above any order that the kernel's allocator has.
    private static final long HIGHEST_ORDER = 64;

    private static final MethodHandle FSOPEN = syscall(ADDRESS, JAVA_INT);
    private static final MethodHandle FSCONFIG = syscall(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
    private static final MethodHandle FSMOUNT = syscall(JAVA_INT, JAVA_INT, JAVA_INT);

    private final Descriptor folder;

    private MemoryFolder(Descriptor folder) {
        this.folder = folder;
    }

    private static MethodHandle syscall(MemoryLayout... arguments) {
        var shape = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG).appendArgumentLayouts(arguments);
        return Libc.withErrno("syscall", shape, Linker.Option.firstVariadicArg(1));
    }

    /// As large as the machine's memory at most: what is put there must fit beside everything else anyway.
    ///
    /// @throws SystemCallFailed where the kernel or our rights do not allow it: a tmpfs that somebody else mounted
    ///     does, too
    public static MemoryFolder make() throws IOException {
        try (var settings = open()) {
            set(settings, "huge", hugePagesPay() ? "within_size" : "never");
            set(settings, "size", "100%");
            set(settings, "mode", "0700");
            create(settings);
            return new MemoryFolder(mount(settings));
        }
    }

    /// Free page reporting is in use once somebody has set the order that it begins with, and no driver does before.
    private static boolean hugePagesPay() throws IOException {
        if (!Files.exists(REPORTING_ORDER)) {
            return true;
        }
        return Long.parseLong(Files.readString(REPORTING_ORDER).strip()) > HIGHEST_ORDER;
    }

    /// Its path for this process and for those that may look into it.
    public Path path() {
        return Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + folder.number());
    }

    /// fsopen(2).
    private static Descriptor open() throws IOException {
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(Libc.ERRNO);
            long made = (long) FSOPEN.invokeExact(errno, FSOPEN_NUMBER, arena.allocateFrom("tmpfs"), CLOEXEC);
            return owned("fsopen", "tmpfs", made, errno);
        } catch (IOException failed) {
            throw failed;
        } catch (Throwable thrown) {
            throw Libc.unexpected(thrown);
        }
    }

    /// fsconfig(2), FSCONFIG_SET_STRING.
    private static void set(Descriptor settings, String key, String value) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(Libc.ERRNO);
            long done = (long) FSCONFIG.invokeExact(
                    errno,
                    FSCONFIG_NUMBER,
                    settings.number(),
                    SET_STRING,
                    arena.allocateFrom(key),
                    arena.allocateFrom(value),
                    0);
            if (done < 0) {
                throw new SystemCallFailed("fsconfig", key + "=" + value, Libc.errno(errno));
            }
        } catch (IOException failed) {
            throw failed;
        } catch (Throwable thrown) {
            throw Libc.unexpected(thrown);
        }
    }

    /// fsconfig(2), FSCONFIG_CMD_CREATE.
    private static void create(Descriptor settings) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(Libc.ERRNO);
            long done = (long) FSCONFIG.invokeExact(
                    errno, FSCONFIG_NUMBER, settings.number(), CREATE, MemorySegment.NULL, MemorySegment.NULL, 0);
            if (done < 0) {
                throw new SystemCallFailed("fsconfig", "create tmpfs", Libc.errno(errno));
            }
        } catch (IOException failed) {
            throw failed;
        } catch (Throwable thrown) {
            throw Libc.unexpected(thrown);
        }
    }

    /// fsmount(2).
    private static Descriptor mount(Descriptor settings) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(Libc.ERRNO);
            long made = (long) FSMOUNT.invokeExact(errno, FSMOUNT_NUMBER, settings.number(), CLOEXEC, 0);
            return owned("fsmount", "tmpfs", made, errno);
        } catch (IOException failed) {
            throw failed;
        } catch (Throwable thrown) {
            throw Libc.unexpected(thrown);
        }
    }

    private static Descriptor owned(String call, String about, long made, MemorySegment errno) throws IOException {
        if (made < 0) {
            throw new SystemCallFailed(call, about, Libc.errno(errno));
        }
        return Descriptor.owning((int) made);
    }

    @Override
    public void close() throws IOException {
        folder.close();
    }
}
