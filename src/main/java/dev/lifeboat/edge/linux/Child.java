package dev.lifeboat.edge.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// A process started with exactly the descriptors it shall have.
public final class Child {
    /// Where a child's inherited descriptors begin, after its standard three.
    public static final int FIRST_INHERITED = 3;

    /// More than glibc's posix_spawn_file_actions_t (80 bytes) and posix_spawnattr_t (336 bytes) on any machine.
    private static final long OPAQUE_BYTES = 1024;

    /// A criu that finds iptables and nft wherever the agent was started from.
    private static final String PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static final int O_RDONLY = 0;
    private static final int O_WRONLY = 1;
    private static final int O_CREAT = 0x40;
    private static final int O_TRUNC = 0x200;
    private static final int OWNER_ONLY = 0x180;

    private static final FunctionDescriptor ON_ONE = FunctionDescriptor.of(JAVA_INT, ADDRESS);
    private static final FunctionDescriptor ON_TWO = FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT);
    private static final FunctionDescriptor ON_THREE = FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);

    private static final MethodHandle SPAWN = Libc.plain(
            "posix_spawn", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle INIT = Libc.plain("posix_spawn_file_actions_init", ON_ONE);
    private static final MethodHandle DESTROY = Libc.plain("posix_spawn_file_actions_destroy", ON_ONE);
    private static final MethodHandle ADD_DUP = Libc.plain("posix_spawn_file_actions_adddup2", ON_THREE);
    private static final MethodHandle ADD_CLOSE_FROM = Libc.plain("posix_spawn_file_actions_addclosefrom_np", ON_TWO);
    private static final MethodHandle ADD_OPEN = Libc.plain(
            "posix_spawn_file_actions_addopen",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
    private static final MethodHandle WAIT4 =
            Libc.withErrno("wait4", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS));
    private static final MethodHandle WAITID =
            Libc.withErrno("waitid", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));

    private static final int P_PID = 1;
    private static final int WEXITED = 4;

    /// Leaves the child a zombie, so that its number stays taken.
    private static final int WNOWAIT = 0x1000000;

    /// siginfo_t on every Linux.
    private static final long SIGINFO_BYTES = 128;

    /// struct rusage on every 64-bit Linux: the timevals of user and system time, and 14 longs.
    private static final long RUSAGE_BYTES = 144;

    private static final int TIMES = 2;

    private final int pid;
    private boolean reaped;
    private volatile Duration processor = Duration.ZERO;

    private Child(int pid) {
        this.pid = pid;
    }

    public long pid() {
        return pid;
    }

    /// User and system time of it and of the children that it has waited for; zero until [#await] has returned.
    public Duration processor() {
        return processor;
    }

    /// posix_spawn(3): nothing to read, `output` for what it says, then `inherited` from [#FIRST_INHERITED] on in
    /// that order, and no other descriptor.
    ///
    /// @param command absolute path and arguments
    public static Child spawn(List<String> command, Path output, List<Descriptor> inherited) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var actions = arena.allocate(OPAQUE_BYTES, Long.BYTES);
            check("posix_spawn_file_actions_init", (int) INIT.invokeExact(actions));
            try {
                addActions(actions, output, inherited, arena);
                var pid = arena.allocate(JAVA_INT);
                var path = arena.allocateFrom(command.getFirst());
                int error = (int) SPAWN.invokeExact(
                        pid, path, actions, MemorySegment.NULL, strings(command, arena), strings(List.of(PATH), arena));
                check("posix_spawn of " + command.getFirst(), error);
                return new Child(pid.get(JAVA_INT, 0));
            } finally {
                check("posix_spawn_file_actions_destroy", (int) DESTROY.invokeExact(actions));
            }
        } catch (IOException failed) {
            throw failed;
        } catch (Throwable thrown) {
            throw Libc.unexpected(thrown);
        }
    }

    /// kill(2), unless it has ended: its number may be somebody else's by then.
    public synchronized void kill() throws IOException {
        if (!reaped) {
            Signal.KILL.send(pid);
        }
    }

    /// waitid(2), then wait4(2): blocks until the child has ended, and lets its number go. Once, by one thread.
    ///
    /// @return its exit code, or 128 plus the signal that ended it, as shells count
    public int await() throws IOException {
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(Libc.ERRNO);
            var info = arena.allocate(SIGINFO_BYTES, Long.BYTES);
            while ((int) WAITID.invokeExact(errno, P_PID, pid, info, WEXITED | WNOWAIT) < 0) {
                if (Libc.errno(errno) != Libc.EINTR) {
                    throw new SystemCallFailed("waitid", "pid " + pid, Libc.errno(errno));
                }
            }
            return reap(errno, arena);
        } catch (IOException failed) {
            throw failed;
        } catch (Throwable thrown) {
            throw Libc.unexpected(thrown);
        }
    }

    private synchronized int reap(MemorySegment errno, Arena arena) throws Throwable {
        var status = arena.allocate(JAVA_INT);
        var usage = arena.allocate(RUSAGE_BYTES, Long.BYTES);
        if ((int) WAIT4.invokeExact(errno, pid, status, 0, usage) < 0) {
            throw new SystemCallFailed("wait4", "pid " + pid, Libc.errno(errno));
        }
        reaped = true;
        processor = used(usage);
        int word = status.get(JAVA_INT, 0);
        int signal = word & 0x7f;
        return signal == 0 ? (word >> 8) & 0xff : 128 + signal;
    }

    private static Duration used(MemorySegment usage) {
        Duration all = Duration.ZERO;
        for (int time = 0; time < TIMES; time++) {
            all = all.plusSeconds(usage.getAtIndex(JAVA_LONG, 2L * time))
                    .plus(usage.getAtIndex(JAVA_LONG, 2L * time + 1), ChronoUnit.MICROS);
        }
        return all;
    }

    private static void addActions(MemorySegment actions, Path output, List<Descriptor> inherited, Arena arena)
            throws Throwable {
        var nothing = arena.allocateFrom("/dev/null");
        check("addopen", (int) ADD_OPEN.invokeExact(actions, 0, nothing, O_RDONLY, 0));
        var said = arena.allocateFrom(output.toString());
        check("addopen", (int) ADD_OPEN.invokeExact(actions, 1, said, O_WRONLY | O_CREAT | O_TRUNC, OWNER_ONLY));
        check("adddup2", (int) ADD_DUP.invokeExact(actions, 1, 2));
        int next = FIRST_INHERITED;
        for (Descriptor descriptor : inherited) {
            check("adddup2", (int) ADD_DUP.invokeExact(actions, descriptor.number(), next));
            next++;
        }
        check("addclosefrom", (int) ADD_CLOSE_FROM.invokeExact(actions, next));
    }

    private static MemorySegment strings(List<String> values, Arena arena) {
        var array = arena.allocate(ADDRESS, values.size() + 1L);
        for (int i = 0; i < values.size(); i++) {
            array.setAtIndex(ADDRESS, i, arena.allocateFrom(values.get(i)));
        }
        return array;
    }

    /// These functions return the error itself.
    private static void check(String call, int error) throws SystemCallFailed {
        if (error != 0) {
            throw new SystemCallFailed(call, "", error);
        }
    }
}
