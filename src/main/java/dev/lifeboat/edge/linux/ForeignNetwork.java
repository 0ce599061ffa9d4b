package dev.lifeboat.edge.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// The network that another process sees: setns(2). Needs CAP_SYS_ADMIN where it is not our own.
public final class ForeignNetwork {
    private static final int CLONE_NEWNET = 0x40000000;

    private static final MethodHandle SETNS =
            Libc.withErrno("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

    private ForeignNetwork() {}

    /// What the task opens belongs to that process's network. It runs on a thread of its own, which
    /// ends with it: one that has been in another's network is of no use at home.
    ///
    /// @throws IOException when the process is gone, or the task threw it
    public static <T> T inside(long pid, Callable<T> task) throws IOException, InterruptedException {
        var there = new FutureTask<>(() -> {
            enter(pid);
            return task.call();
        });
        Thread.ofPlatform().daemon().name("in-network-of-" + pid).start(there);
        try {
            return there.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof IOException broken) {
                throw broken;
            }
            throw new IllegalStateException(failed.getCause());
        }
    }

    private static void enter(long pid) throws IOException {
        Path theirs = Path.of("/proc", Long.toString(pid), "ns", "net");
        if (Files.readSymbolicLink(theirs).equals(Files.readSymbolicLink(Path.of("/proc/self/ns/net")))) {
            return;
        }
        try (var arena = Arena.ofConfined();
                var network = Descriptor.ofFile(theirs)) {
            var errno = arena.allocate(Libc.ERRNO);
            if ((int) SETNS.invokeExact(errno, network.number(), CLONE_NEWNET) < 0) {
                throw new SystemCallFailed("setns", theirs.toString(), Libc.errno(errno));
            }
        } catch (IOException failed) {
            throw failed;
        } catch (Throwable thrown) {
            throw Libc.unexpected(thrown);
        }
    }
}
