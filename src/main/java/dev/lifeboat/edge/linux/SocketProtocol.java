package dev.lifeboat.edge.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;

/// What an open socket speaks, of whichever process: the kernel tells it as an attribute of the descriptor,
/// `system.sockprotoname` (net/socket.c).
public final class SocketProtocol {
    private static final String ATTRIBUTE = "system.sockprotoname";

    /// The kernel's own bound: `struct proto` has 32 bytes for it.
    private static final long LONGEST = 32;

    private static final MethodHandle GETXATTR =
            Libc.withErrno("getxattr", FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG));

    private SocketProtocol() {}

    /// @param descriptor such as `/proc/7/fd/5`
    /// @return in the kernel's words: `TCP`, `MPTCPv6`; empty when it is closed, or no socket
    public static Optional<String> of(Path descriptor) {
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(Libc.ERRNO);
            var name = arena.allocate(LONGEST + 1);
            long length = (long) GETXATTR.invokeExact(
                    errno, arena.allocateFrom(descriptor.toString()), arena.allocateFrom(ATTRIBUTE), name, LONGEST);
            return length < 0 ? Optional.empty() : Optional.of(name.getString(0));
        } catch (Throwable thrown) {
            throw Libc.unexpected(thrown);
        }
    }
}
