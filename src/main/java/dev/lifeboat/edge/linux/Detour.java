package dev.lifeboat.edge.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;

/// Leads new TCP connections of a network that come from one address to another port of the same network.
///
/// The rules are an nf_tables table that belongs to a socket of this process (NFT_TABLE_F_OWNER, Linux 5.12
/// and newer): the kernel takes them away when the socket is closed, and so in the moment in which this
/// process ends, however it ends.
public final class Detour implements Closeable {
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int NETLINK_NETFILTER = 12;
    private static final int MSG_DONTWAIT = 0x40;

    /// What an acknowledgement takes, with room for what an extended one adds.
    private static final int MOST_ANSWER = 4096;

    private static final MethodHandle SOCKET =
            Libc.withErrno("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle SEND =
            Libc.withErrno("send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle RECV =
            Libc.withErrno("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

    private final Descriptor owner;

    private Detour(Descriptor owner) {
        this.owner = owner;
    }

    /// @param from where connections come from
    /// @param port to which they go
    /// @param to the port that they are led to
    public record Lead(InetAddress from, int port, int to) {}

    /// All of them at once, in the network of the thread that calls it. Connections that there are already go on as
    /// they did.
    ///
    /// @param mark what is put on the packets of these connections, so that a firewall can let them through
    /// @throws IOException when the kernel refuses, or knows no tables with an owner; nothing is led then
    public static Detour open(List<Lead> leads, int mark) throws IOException {
        var detour = new Detour(socket());
        try {
            int refused = NetlinkBatch.errno(detour.ask(DetourRules.of(leads, mark)));
            if (refused != 0) {
                throw new SystemCallFailed("nf_tables", "a table of our own", refused);
            }
            return detour;
        } catch (IOException failed) {
            detour.close();
            throw failed;
        }
    }

    private static Descriptor socket() throws IOException {
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(Libc.ERRNO);
            int made = (int) SOCKET.invokeExact(errno, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
            if (made < 0) {
                throw new SystemCallFailed("socket", "NETLINK_NETFILTER", Libc.errno(errno));
            }
            return Descriptor.owning(made);
        } catch (IOException failed) {
            throw failed;
        } catch (Throwable thrown) {
            throw Libc.unexpected(thrown);
        }
    }

    /// The kernel has answered when send(2) returns.
    private ByteBuffer ask(ByteBuffer batch) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(Libc.ERRNO);
            long sent = (long)
                    SEND.invokeExact(errno, owner.number(), MemorySegment.ofBuffer(batch), (long) batch.remaining(), 0);
            if (sent < 0) {
                throw new SystemCallFailed("send", "NETLINK_NETFILTER", Libc.errno(errno));
            }
            var answer = ByteBuffer.allocateDirect(MOST_ANSWER);
            long received = (long) RECV.invokeExact(
                    errno, owner.number(), MemorySegment.ofBuffer(answer), (long) MOST_ANSWER, MSG_DONTWAIT);
            if (received < 0) {
                throw new SystemCallFailed("recv", "NETLINK_NETFILTER", Libc.errno(errno));
            }
            return answer.limit((int) received);
        } catch (IOException failed) {
            throw failed;
        } catch (Throwable thrown) {
            throw Libc.unexpected(thrown);
        }
    }

    /// Nothing is led anywhere when it returns.
    @Override
    public void close() throws IOException {
        owner.close();
    }
}
