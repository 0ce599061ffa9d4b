package dev.lifeboat.edge.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/// One end of an unnamed AF_UNIX socket pair; see unix(7).
///
/// One thread may read while another writes. [#shutdown] wakes both; [#close] only after they are done.
public final class UnixSocket implements ByteChannel {
    /// How the bytes travel.
    public enum Type {
        /// A stream of bytes.
        STREAM(1),
        /// Whole messages in order.
        SEQPACKET(5);

        private final int number;

        Type(int number) {
            this.number = number;
        }
    }

    /// Two connected ends.
    public record Pair(UnixSocket ours, UnixSocket theirs) {}

    private static final int AF_UNIX = 1;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SHUT_RDWR = 2;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_WAITALL = 0x100;
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;

    private static final MethodHandle SOCKETPAIR =
            Libc.withErrno("socketpair", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle RECV =
            Libc.withErrno("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle SEND =
            Libc.withErrno("send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle SHUTDOWN =
            Libc.withErrno("shutdown", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle SETSOCKOPT = Libc.withErrno(
            "setsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));

    private final Descriptor descriptor;
    private final MemorySegment readErrno = Arena.ofAuto().allocate(Libc.ERRNO);
    private final MemorySegment writeErrno = Arena.ofAuto().allocate(Libc.ERRNO);
    private volatile boolean open = true;

    private UnixSocket(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /// socketpair(2).
    public static Pair pair(Type type) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(Libc.ERRNO);
            var two = arena.allocate(JAVA_INT, 2);
            if ((int) SOCKETPAIR.invokeExact(errno, AF_UNIX, type.number | SOCK_CLOEXEC, 0, two) < 0) {
                throw new SystemCallFailed("socketpair", type.name(), Libc.errno(errno));
            }
            var ours = new UnixSocket(Descriptor.owning(two.getAtIndex(JAVA_INT, 0)));
            return new Pair(ours, new UnixSocket(Descriptor.owning(two.getAtIndex(JAVA_INT, 1))));
        } catch (IOException failed) {
            throw failed;
        } catch (Throwable thrown) {
            throw Libc.unexpected(thrown);
        }
    }

    public Descriptor descriptor() {
        return descriptor;
    }

    /// recv(2) with MSG_WAITALL: a stream fills the buffer or ends; a packet socket takes one message, and cuts off
    /// what has no room.
    ///
    /// @return -1 at the end
    @Override
    public int read(ByteBuffer target) throws IOException {
        if (!target.hasRemaining()) {
            return 0;
        }
        if (!target.isDirect()) {
            return readThrough(target);
        }
        try {
            long received;
            do {
                received = (long) RECV.invokeExact(
                        readErrno,
                        descriptor.number(),
                        MemorySegment.ofBuffer(target),
                        (long) target.remaining(),
                        MSG_WAITALL);
            } while (received < 0 && Libc.errno(readErrno) == Libc.EINTR);
            if (received < 0) {
                throw new SystemCallFailed("recv", descriptor.toString(), Libc.errno(readErrno));
            }
            target.position(target.position() + (int) received);
            return received == 0 ? -1 : (int) received;
        } catch (IOException failed) {
            throw failed;
        } catch (Throwable thrown) {
            throw Libc.unexpected(thrown);
        }
    }

    /// Memory on the Java heap may move during the call: the kernel needs a place that does not.
    private int readThrough(ByteBuffer target) throws IOException {
        var still = ByteBuffer.allocateDirect(target.remaining());
        int received = read(still);
        target.put(still.flip());
        return received;
    }

    /// send(2), all of it; a closed other end is an error, never a signal.
    @Override
    public int write(ByteBuffer source) throws IOException {
        int length = source.remaining();
        try (var arena = Arena.ofConfined()) {
            MemorySegment bytes;
            if (source.isDirect()) {
                bytes = MemorySegment.ofBuffer(source);
                source.position(source.limit());
            } else {
                // Memory on the Java heap may move during the call.
                bytes = arena.allocate(Math.max(length, 1));
                bytes.asByteBuffer().put(source);
            }
            long sent = 0;
            while (sent < length) {
                long now = (long) SEND.invokeExact(
                        writeErrno, descriptor.number(), bytes.asSlice(sent), length - sent, MSG_NOSIGNAL);
                if (now < 0 && Libc.errno(writeErrno) != Libc.EINTR) {
                    throw new SystemCallFailed("send", descriptor.toString(), Libc.errno(writeErrno));
                }
                sent += Math.max(now, 0);
            }
            return length;
        } catch (IOException failed) {
            throw failed;
        } catch (Throwable thrown) {
            throw Libc.unexpected(thrown);
        }
    }

    /// shutdown(2) of both directions: readers see the end, writers fail, on this end and on the other.
    public void shutdown() throws IOException {
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(Libc.ERRNO);
            if ((int) SHUTDOWN.invokeExact(errno, descriptor.number(), SHUT_RDWR) < 0) {
                throw new SystemCallFailed("shutdown", descriptor.toString(), Libc.errno(errno));
            }
        } catch (IOException failed) {
            throw failed;
        } catch (Throwable thrown) {
            throw Libc.unexpected(thrown);
        }
    }

    /// setsockopt(2) SO_SNDBUFFORCE and SO_RCVBUFFORCE, which let root go past the machine's limits. How much a
    /// writer may be ahead of its reader is its own send buffer: on AF_UNIX the receive buffer has no say.
    public void buffer(ByteCount size) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(Libc.ERRNO);
            var value = arena.allocateFrom(JAVA_INT, Math.toIntExact(size.bytes()));
            for (int option : new int[] {SO_SNDBUFFORCE, SO_RCVBUFFORCE}) {
                int answer = (int)
                        SETSOCKOPT.invokeExact(errno, descriptor.number(), SOL_SOCKET, option, value, Integer.BYTES);
                if (answer < 0) {
                    throw new SystemCallFailed("setsockopt", "option " + option, Libc.errno(errno));
                }
            }
        } catch (IOException failed) {
            throw failed;
        } catch (Throwable thrown) {
            throw Libc.unexpected(thrown);
        }
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() throws IOException {
        open = false;
        descriptor.close();
    }
}
