package dev.lifeboat.edge.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Messages to nf_tables that the kernel takes all together or not at all; see netlink(7) and the kernel's
/// uapi/linux/netfilter/nfnetlink.h. Headers are in the machine's byte order, values in the network's.
final class NetlinkBatch {
    /// What a message makes: NFT_MSG_NEWTABLE, NFT_MSG_NEWCHAIN, NFT_MSG_NEWRULE of uapi/linux/netfilter/nf_tables.h.
    enum New {
        TABLE(0),
        CHAIN(3),
        RULE(6);

        private final int number;

        New(int number) {
            this.number = number;
        }
    }

    private static final int NFNL_MSG_BATCH_BEGIN = 0x10;
    private static final int NFNL_MSG_BATCH_END = 0x11;
    private static final int NFNL_SUBSYS_NFTABLES = 10;
    private static final int NLM_F_REQUEST = 0x1;
    private static final int NLM_F_ACK = 0x4;
    private static final int NLM_F_CREATE = 0x400;
    private static final int NLM_F_APPEND = 0x800;
    private static final int NLMSG_ERROR = 2;
    private static final int HEADER = 16;
    private static final int NLA_F_NESTED = 0x8000;
    private static final int ALIGNED = 4;

    /// Some hundred bytes a rule; a kernel takes no larger message than a socket's send buffer.
    private static final int MOST_BYTES = 64 << 10;

    private final ByteBuffer out = ByteBuffer.allocateDirect(MOST_BYTES).order(ByteOrder.nativeOrder());
    private final int family;
    private int sequence;
    private int lastFlags;

    /// @param family such as NFPROTO_INET
    NetlinkBatch(int family) {
        this.family = family;
        message(NFNL_MSG_BATCH_BEGIN, NLM_F_REQUEST, 0, NFNL_SUBSYS_NFTABLES, () -> {});
    }

    /// Attributes of the message, or of the attribute, that is being written.
    interface Content {
        void write();
    }

    NetlinkBatch make(New what, Content attributes) {
        lastFlags = out.position() + 6;
        int flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_APPEND;
        message(NFNL_SUBSYS_NFTABLES << 8 | what.number, flags, family, 0, attributes);
        return this;
    }

    private void message(int type, int flags, int protocol, int resource, Content attributes) {
        int start = out.position();
        out.putInt(0)
                .putShort((short) type)
                .putShort((short) flags)
                .putInt(sequence++)
                .putInt(0);
        out.put((byte) protocol).put((byte) 0);
        big((short) resource);
        attributes.write();
        out.putInt(start, out.position() - start);
    }

    private void big(short value) {
        out.put((byte) (value >> 8)).put((byte) value);
    }

    NetlinkBatch text(int type, String value) {
        byte[] ascii = value.getBytes(StandardCharsets.US_ASCII);
        byte[] ended = new byte[ascii.length + 1];
        System.arraycopy(ascii, 0, ended, 0, ascii.length);
        return bytes(type, ended);
    }

    NetlinkBatch number(int type, int value) {
        return bytes(type, ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    }

    NetlinkBatch bytes(int type, byte[] value) {
        attribute(type, () -> out.put(value));
        return this;
    }

    NetlinkBatch nest(int type, Content attributes) {
        attribute(type | NLA_F_NESTED, attributes);
        return this;
    }

    /// Its length leaves out what follows to its boundary.
    private void attribute(int type, Content content) {
        int start = out.position();
        out.putShort((short) 0).putShort((short) type);
        content.write();
        out.putShort(start, (short) (out.position() - start));
        while (out.position() % ALIGNED != 0) {
            out.put((byte) 0);
        }
    }

    /// The whole batch; the kernel answers its last message, or before that the one that it refuses.
    ByteBuffer finish() {
        out.putShort(lastFlags, (short) (out.getShort(lastFlags) | NLM_F_ACK));
        message(NFNL_MSG_BATCH_END, NLM_F_REQUEST, 0, NFNL_SUBSYS_NFTABLES, () -> {});
        return out.flip();
    }

    /// @return the error number with which the kernel has answered first; 0 when it has taken all
    /// @throws IOException when it is no answer
    static int errno(ByteBuffer answer) throws IOException {
        ByteBuffer read = answer.order(ByteOrder.nativeOrder());
        if (read.remaining() < HEADER + Integer.BYTES || read.getShort(read.position() + 4) != NLMSG_ERROR) {
            throw new IOException("nf_tables has not answered");
        }
        return -read.getInt(read.position() + HEADER);
    }
}
