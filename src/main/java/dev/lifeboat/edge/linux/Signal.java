package dev.lifeboat.edge.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/// The signals we send; see signal(7).
public enum Signal {
    KILL(9),
    STOP(19);

    private static final int ESRCH = 3;
    private static final MethodHandle KILL_CALL =
            Libc.withErrno("kill", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

    private final int number;

    Signal(int number) {
        this.number = number;
    }

    /// kill(2); a process that is gone already is fine.
    ///
    /// @param pid of one process, at least 2: never a group, never everybody
    public void send(long pid) throws IOException {
        if (pid < 2) {
            throw new IllegalArgumentException("not a process to signal: " + pid);
        }
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(Libc.ERRNO);
            if ((int) KILL_CALL.invokeExact(errno, Math.toIntExact(pid), number) < 0 && Libc.errno(errno) != ESRCH) {
                throw new SystemCallFailed("kill", name() + " to pid " + pid, Libc.errno(errno));
            }
        } catch (IOException failed) {
            throw failed;
        } catch (Throwable thrown) {
            throw Libc.unexpected(thrown);
        }
    }
}
