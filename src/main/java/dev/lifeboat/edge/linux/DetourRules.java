package dev.lifeboat.edge.linux;

import dev.lifeboat.edge.linux.Detour.Lead;
import dev.lifeboat.edge.linux.NetlinkBatch.Content;
import dev.lifeboat.edge.linux.NetlinkBatch.New;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// A [Detour] as nf_tables has it: numbers are those of the kernel's uapi/linux/netfilter/nf_tables.h. For each lead
///
/// ```
/// chain lead { type nat hook prerouting;  ip saddr FROM tcp dport PORT redirect to :TO }
/// chain in   { type filter hook input;    ip saddr FROM tcp dport TO meta mark set MARK }
/// chain out  { type filter hook output;   ip daddr FROM tcp sport TO meta mark set MARK }
/// ```
final class DetourRules {
    private static final String TABLE = "lifeboat";
    private static final int OWNER = 0x2;

    /// NFPROTO_INET: IPv4 and IPv6 alike.
    private static final int FAMILY = 1;

    private static final byte IPV4 = 2;
    private static final byte IPV6 = 10;
    private static final byte TCP = 6;

    /// Of a table, a chain, a rule: the table's name.
    private static final int OF_TABLE = 1;

    private static final int FLAGS = 2;
    private static final int REGISTER = 1;

    private enum Meta {
        NFPROTO(15),
        L4PROTO(16);

        private final int key;

        Meta(int key) {
            this.key = key;
        }
    }

    private static final int META_MARK = 3;

    /// NF_INET_* hooks. Before whatever else leads or filters there: nat's usual priority is -100, filters' 0.
    private enum Chain {
        LEAD("nat", 0, -110),
        IN("filter", 1, -50),
        OUT("filter", 3, -50);

        private final String type;
        private final int hook;
        private final int priority;

        Chain(String type, int hook, int priority) {
            this.type = type;
            this.hook = hook;
            this.priority = priority;
        }
    }

    /// Which end of a connection, and where that stands in the headers of IPv4, IPv6 and TCP.
    private enum End {
        SOURCE(12, 8, 0),
        DESTINATION(16, 24, 2);

        private final int offset4;
        private final int offset6;
        private final int offsetTcp;

        End(int offset4, int offset6, int offsetTcp) {
            this.offset4 = offset4;
            this.offset6 = offset6;
            this.offsetTcp = offsetTcp;
        }
    }

    /// NFT_PAYLOAD_*.
    private static final int NETWORK_HEADER = 1;

    private static final int TRANSPORT_HEADER = 2;

    private final NetlinkBatch batch = new NetlinkBatch(FAMILY);

    static ByteBuffer of(List<Lead> leads, int mark) {
        var rules = new DetourRules();
        rules.furnish();
        leads.forEach(lead -> rules.lead(lead, mark));
        return rules.batch.finish();
    }

    private void furnish() {
        batch.make(New.TABLE, () -> batch.text(OF_TABLE, TABLE).number(FLAGS, OWNER));
        for (Chain chain : Chain.values()) {
            batch.make(
                    New.CHAIN,
                    () -> batch.text(OF_TABLE, TABLE)
                            .text(3, chain.name())
                            .nest(4, () -> batch.number(1, chain.hook).number(2, chain.priority))
                            .text(7, chain.type));
        }
    }

    private void lead(Lead lead, int mark) {
        rule(Chain.LEAD, () -> {
            matching(lead.from(), End.SOURCE, lead.port(), End.DESTINATION);
            redirect(lead.to());
        });
        rule(Chain.IN, () -> {
            matching(lead.from(), End.SOURCE, lead.to(), End.DESTINATION);
            mark(mark);
        });
        rule(Chain.OUT, () -> {
            matching(lead.from(), End.DESTINATION, lead.to(), End.SOURCE);
            mark(mark);
        });
    }

    private void rule(Chain chain, Content expressions) {
        batch.make(
                New.RULE,
                () -> batch.text(OF_TABLE, TABLE).text(2, chain.name()).nest(4, expressions));
    }

    private void matching(InetAddress address, End addressed, int port, End ported) {
        byte[] bytes = address.getAddress();
        boolean old = bytes.length == Integer.BYTES;
        meta(Meta.NFPROTO, old ? IPV4 : IPV6);
        header(NETWORK_HEADER, old ? addressed.offset4 : addressed.offset6, bytes);
        meta(Meta.L4PROTO, TCP);
        header(TRANSPORT_HEADER, ported.offsetTcp, twoBytes(port));
    }

    private static byte[] twoBytes(int port) {
        return ByteBuffer.allocate(Short.BYTES).putShort((short) port).array();
    }

    private void meta(Meta key, byte value) {
        expression("meta", () -> batch.number(1, REGISTER).number(2, key.key));
        equal(new byte[] {value});
    }

    private void header(int which, int offset, byte[] value) {
        expression(
                "payload",
                () -> batch.number(1, REGISTER)
                        .number(2, which)
                        .number(3, offset)
                        .number(4, value.length));
        equal(value);
    }

    private void equal(byte[] value) {
        expression("cmp", () -> batch.number(1, REGISTER).number(2, 0).nest(3, () -> batch.bytes(1, value)));
    }

    private void redirect(int port) {
        load(twoBytes(port));
        expression("redir", () -> batch.number(1, REGISTER).number(2, REGISTER));
    }

    /// A mark is a number of this machine.
    private void mark(int mark) {
        load(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(mark)
                .array());
        expression("meta", () -> batch.number(2, META_MARK).number(3, REGISTER));
    }

    private void load(byte[] value) {
        expression("immediate", () -> batch.number(1, REGISTER).nest(2, () -> batch.bytes(1, value)));
    }

    private void expression(String name, Content attributes) {
        batch.nest(1, () -> batch.text(1, name).nest(2, attributes));
    }
}
