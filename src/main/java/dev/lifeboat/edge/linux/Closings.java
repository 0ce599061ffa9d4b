package dev.lifeboat.edge.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// What a child is about to close, told before it does, while it stands still: seccomp_unotify(2), with a
/// filter that lets every other system call pass. Linux 5.9 or newer; needs CAP_SYS_ADMIN.
///
/// A filter is of one thread and of whatever that thread starts, and nobody gets rid of one. So a thread is made for it
/// which starts the child and nothing else: a thread of this process that it started would have to be told of, too.
public final class Closings {
    /// Told by a thread of its own; the child waits for its return. When it throws, the child is killed.
    @FunctionalInterface
    public interface Witness {
        /// @param number of the descriptor, in the child; it may be none
        void closing(int number) throws IOException;
    }

    private static final Logger LOG = Logger.getLogger(Closings.class);

    private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");

    // linux/audit.h and asm/unistd.h of each.
    private static final int ARCHITECTURE = ARM ? 0xc00000b7 : 0xc000003e;
    private static final int CLOSE_NUMBER = ARM ? 57 : 3;
    private static final long SECCOMP_NUMBER = ARM ? 277 : 317;

    // linux/seccomp.h.
    private static final int SET_MODE_FILTER = 1;
    private static final int NEW_LISTENER = 1 << 3;
    private static final int NOTIFY = 0x7fc00000;
    private static final int ALLOW = 0x7fff0000;
    private static final long RECEIVE = 0xc0502100L;
    private static final long SEND = 0xc0182101L;
    private static final int CONTINUE = 1;

    /// struct seccomp_notif: id, pid, flags, struct seccomp_data.
    private static final long NOTICE_BYTES = 80;

    private static final long NOTICE_PID = 8;
    private static final long NOTICE_FIRST_ARGUMENT = 32;

    /// struct seccomp_notif_resp: id, val, error, flags.
    private static final long ANSWER_BYTES = 24;

    private static final long ANSWER_FLAGS = 20;

    // Fields of struct seccomp_data.
    private static final int DATA_NUMBER = 0;
    private static final int DATA_ARCHITECTURE = 4;

    // linux/bpf_common.h.
    private static final int LOAD_WORD = 0x20;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int RETURN = 0x06;

    /// struct sock_filter.
    private static final long INSTRUCTION_BYTES = 8;

    /// struct pollfd: a descriptor, what is waited for, what has come.
    private static final long POLLFD_BYTES = 8;

    private static final short POLLIN = 1;
    private static final int FOREVER = -1;
    private static final int ENOENT = 2;

    private static final MethodHandle SECCOMP = Libc.withErrno(
            "syscall",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS),
            Linker.Option.firstVariadicArg(1));
    private static final MethodHandle IOCTL = Libc.withErrno(
            "ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle POLL =
            Libc.withErrno("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

    private final Witness witness;
    private final CompletableFuture<Integer> listener = new CompletableFuture<>();
    private volatile @Nullable Child child;

    private Closings(Witness witness) {
        this.witness = witness;
    }

    /// As [Child#spawn].
    public static Child spawn(List<String> command, Path output, List<Descriptor> inherited, Witness witness)
            throws IOException {
        var spawned = new CompletableFuture<Child>();
        var closings = new Closings(witness);
        Thread.ofPlatform().daemon().name("closings").start(closings::attendUntilTheEnd);
        Thread.ofPlatform()
                .daemon()
                .name("spawn-watched")
                .start(() -> closings.spawn(() -> Child.spawn(command, output, inherited), spawned));
        try {
            return spawned.join();
        } catch (CompletionException failed) {
            throw new IOException("no child whose closings can be watched: " + failed.getCause(), failed);
        }
    }

    private interface Start {
        Child child() throws IOException;
    }

    /// Whoever waits for the filtered thread is a platform thread, too: to wake a virtual one it might start a carrier.
    private void spawn(Start start, CompletableFuture<Child> spawned) {
        var filtered = new FutureTask<>(() -> {
            listener.complete(install());
            return start.child();
        });
        Thread.ofPlatform().daemon().name("spawn-filtered").start(filtered);
        try {
            child = filtered.get();
            spawned.complete(child);
        } catch (ExecutionException | InterruptedException failed) {
            listener.completeExceptionally(failed);
            spawned.completeExceptionally(failed instanceof ExecutionException ? failed.getCause() : failed);
        }
    }

    /// seccomp(2).
    ///
    /// @return the number of the listening descriptor, as it was made: from here on this thread closes
    ///         nothing that nobody attends to
    private static int install() throws IOException {
        try (var arena = Arena.ofConfined()) {
            MemorySegment program = program(arena);
            var filter = arena.allocate(2 * ADDRESS.byteSize(), ADDRESS.byteSize());
            filter.set(JAVA_SHORT, 0, (short) (program.byteSize() / INSTRUCTION_BYTES));
            filter.set(ADDRESS, ADDRESS.byteSize(), program);
            var errno = arena.allocate(Libc.ERRNO);
            long made = (long) SECCOMP.invokeExact(errno, SECCOMP_NUMBER, SET_MODE_FILTER, NEW_LISTENER, filter);
            if (made < 0) {
                throw new SystemCallFailed("seccomp", "SECCOMP_FILTER_FLAG_NEW_LISTENER", Libc.errno(errno));
            }
            return (int) made;
        } catch (IOException failed) {
            throw failed;
        } catch (Throwable thrown) {
            throw Libc.unexpected(thrown);
        }
    }

    /// Close of this architecture is told, all else goes on.
    private static MemorySegment program(Arena arena) {
        int[][] instructions = {
            {LOAD_WORD, 0, 0, DATA_ARCHITECTURE},
            {JUMP_IF_EQUAL, 0, 3, ARCHITECTURE},
            {LOAD_WORD, 0, 0, DATA_NUMBER},
            {JUMP_IF_EQUAL, 0, 1, CLOSE_NUMBER},
            {RETURN, 0, 0, NOTIFY},
            {RETURN, 0, 0, ALLOW},
        };
        var program = arena.allocate(instructions.length * INSTRUCTION_BYTES, INSTRUCTION_BYTES);
        for (int i = 0; i < instructions.length; i++) {
            MemorySegment each = program.asSlice(i * INSTRUCTION_BYTES, INSTRUCTION_BYTES);
            each.set(JAVA_SHORT, 0, (short) instructions[i][0]);
            each.set(JAVA_BYTE, 2, (byte) instructions[i][1]);
            each.set(JAVA_BYTE, 3, (byte) instructions[i][2]);
            each.set(JAVA_INT, 4, instructions[i][3]);
        }
        return program;
    }

    /// Until the child, and whoever it has made, has ended.
    private void attendUntilTheEnd() {
        int number;
        try {
            number = listener.join();
        } catch (CompletionException neverMade) {
            return;
        }
        try (var made = Descriptor.owning(number);
                var arena = Arena.ofConfined()) {
            attend(new Told(made.number(), arena));
        } catch (IOException broken) {
            LOG.warn("the descriptor that listened for closings stays open", broken);
        }
    }

    /// Who cannot be attended to any more is killed before the listener is gone: without one, close(2) fails at
    /// once, and the child would go on.
    private void attend(Told told) {
        try {
            while (told.next()) {
                tell(told);
                told.goOn();
            }
        } catch (IOException | RuntimeException | Error broken) {
            LOG.warn("a child whose closings nobody sees any more is killed", broken);
            kill();
        }
    }

    private void tell(Told told) throws IOException {
        Child known = child;
        if (known != null && known.pid() == told.pid()) {
            witness.closing(told.descriptor());
        }
    }

    private void kill() {
        Child known = child;
        try {
            if (known != null) {
                known.kill();
            }
        } catch (IOException stays) {
            LOG.warn("it could not be killed", stays);
        }
    }

    /// The notices of one listener, one after the other.
    private static final class Told {
        private final int listener;
        private final MemorySegment errno;
        private final MemorySegment waited;
        private final MemorySegment notice;
        private final MemorySegment answer;

        Told(int listener, Arena arena) {
            this.listener = listener;
            this.errno = arena.allocate(Libc.ERRNO);
            this.waited = arena.allocate(POLLFD_BYTES, Integer.BYTES);
            this.notice = arena.allocate(NOTICE_BYTES, Long.BYTES);
            this.answer = arena.allocate(ANSWER_BYTES, Long.BYTES);
        }

        /// Blocks until somebody wants to close something.
        ///
        /// @return false when nobody is left who could
        boolean next() throws SystemCallFailed {
            while (isWaiting()) {
                notice.fill((byte) 0);
                // Who was killed meanwhile closes nothing any more.
                if (control(RECEIVE, notice)) {
                    return true;
                }
            }
            return false;
        }

        private boolean isWaiting() throws SystemCallFailed {
            waited.set(JAVA_INT, 0, listener);
            waited.set(JAVA_SHORT, Integer.BYTES, POLLIN);
            try {
                while ((int) POLL.invokeExact(errno, waited, 1L, FOREVER) < 0) {
                    if (Libc.errno(errno) != Libc.EINTR) {
                        throw new SystemCallFailed("poll", "fd " + listener, Libc.errno(errno));
                    }
                }
            } catch (SystemCallFailed failed) {
                throw failed;
            } catch (Throwable thrown) {
                throw Libc.unexpected(thrown);
            }
            return (waited.get(JAVA_SHORT, Integer.BYTES + Short.BYTES) & POLLIN) != 0;
        }

        int pid() {
            return notice.get(JAVA_INT, NOTICE_PID);
        }

        int descriptor() {
            return (int) notice.get(JAVA_LONG, NOTICE_FIRST_ARGUMENT);
        }

        void goOn() throws SystemCallFailed {
            answer.fill((byte) 0);
            answer.set(JAVA_LONG, 0, notice.get(JAVA_LONG, 0));
            answer.set(JAVA_INT, ANSWER_FLAGS, CONTINUE);
            control(SEND, answer);
        }

        /// ioctl(2).
        ///
        /// @return false when whom it is about is gone
        private boolean control(long request, MemorySegment argument) throws SystemCallFailed {
            try {
                while ((int) IOCTL.invokeExact(errno, listener, request, argument) < 0) {
                    if (Libc.errno(errno) == ENOENT) {
                        return false;
                    }
                    if (Libc.errno(errno) != Libc.EINTR) {
                        throw new SystemCallFailed("ioctl", "of a seccomp listener", Libc.errno(errno));
                    }
                }
                return true;
            } catch (SystemCallFailed failed) {
                throw failed;
            } catch (Throwable thrown) {
                throw Libc.unexpected(thrown);
            }
        }
    }
}
