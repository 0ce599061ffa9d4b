package dev.lifeboat.edge.criu;

import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import dev.lifeboat.edge.criu.PageCommand.AskParent;
import dev.lifeboat.edge.criu.PageCommand.Close;
import dev.lifeboat.edge.criu.PageCommand.Inherit;
import dev.lifeboat.edge.criu.PageCommand.Open;
import dev.lifeboat.edge.criu.PageCommand.Take;
import dev.lifeboat.edge.criu.ProtocolViolation.Code;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The header of the page-server protocol, little-endian, as CRIU's page-xfer.c has it. Nothing on the wire tells
/// which of the two it is: the version does.
public enum WireFormat {
    /// `u32 command, u32 pages, u64 address, u64 object`.
    UP_TO_4_1(24),
    /// `u32 command, 4 bytes of anything, u64 pages, u64 address, u64 object`.
    SINCE_4_2(32);

    private static final int OPERATION_BITS = 16;
    private static final int OBJECT_TYPE_BITS = 8;
    private static final int ADD = 6;
    private static final int IN_PARENT = 1;
    private static final int PRESENT = 4;
    private static final int PRESENT_AND_LAZY = 6;

    /// Five-level page tables leave user space 56 bits; segments of shared memory are counted from 0.
    private static final long HIGHEST_ADDRESS = 1L << 56;

    /// Linux' own limit of process numbers, PID_MAX_LIMIT.
    private static final long HIGHEST_PID = 1L << 22;

    private final int headerBytes;

    WireFormat(int headerBytes) {
        this.headerBytes = headerBytes;
    }

    static WireFormat of(CriuVersion version) {
        return version.hasWideCounts() ? SINCE_4_2 : UP_TO_4_1;
    }

    int headerBytes() {
        return headerBytes;
    }

    /// Reads one whole header.
    ///
    /// @throws ProtocolViolation for whatever CRIU would not send to us
    PageCommand parse(ByteBuffer header) {
        ByteBuffer at = header.slice().order(ByteOrder.LITTLE_ENDIAN);
        int command = at.getInt(0);
        long pages = this == UP_TO_4_1 ? Integer.toUnsignedLong(at.getInt(4)) : at.getLong(8);
        long address = at.getLong(headerBytes - 16);
        long object = at.getLong(headerBytes - 8);
        int flags = command >>> OPERATION_BITS;
        int operation = command & 0xffff;
        return switch (operation) {
            case 1, 2, 3 -> throw new ProtocolViolation(Code.LEGACY_OPERATION, "operation " + operation);
            case 4 -> new Open(owner(object));
            case 5 -> new AskParent(owner(object));
            case 6 -> extent(flags, owner(object), address, pages);
            case 7 -> throw new ProtocolViolation(Code.LAZY_REQUEST, "operation 7");
            case 0x1023, 0x1024 -> new Close();
            default -> throw new ProtocolViolation(Code.UNKNOWN_OPERATION, "operation " + operation);
        };
    }

    /// Reads one whole header of a lazy-pages daemon, which asks for pages instead of bringing them. The object of its
    /// requests is the bare process number.
    ///
    /// @throws ProtocolViolation for whatever it would not send to us
    PageRequest parseRequest(ByteBuffer header) {
        ByteBuffer at = header.slice().order(ByteOrder.LITTLE_ENDIAN);
        int operation = at.getInt(0) & 0xffff;
        long pages = this == UP_TO_4_1 ? Integer.toUnsignedLong(at.getInt(4)) : at.getLong(8);
        return switch (operation) {
            case 7 -> {
                var owner = task(at.getLong(headerBytes - 8));
                yield new PageRequest.Get(inside(owner, at.getLong(headerBytes - 16), pages));
            }
            case 0x1023, 0x1024 -> new PageRequest.Close();
            default -> throw new ProtocolViolation(Code.UNKNOWN_OPERATION, "operation " + operation);
        };
    }

    /// The header of an answer; the extent's pages follow.
    ///
    /// @param target with room for a header; afterwards behind it
    void putAnswer(Extent extent, ByteBuffer target) {
        ByteBuffer at = target.slice().order(ByteOrder.LITTLE_ENDIAN);
        at.putInt(0, PRESENT << OPERATION_BITS | ADD);
        if (this == UP_TO_4_1) {
            at.putInt(4, Math.toIntExact(extent.pages()));
        } else {
            at.putInt(4, 0);
            at.putLong(8, extent.pages());
        }
        at.putLong(headerBytes - 16, extent.startAddress());
        at.putLong(headerBytes - 8, extent.owner().id());
        target.position(target.position() + headerBytes);
    }

    private static Extent inside(MemoryObject owner, long address, long pages) {
        if (address % Extent.PAGE_SIZE != 0) {
            throw new ProtocolViolation(Code.ADDRESS_NOT_ALIGNED, Long.toHexString(address));
        }
        boolean inside = address >= 0
                && address < HIGHEST_ADDRESS
                && pages > 0
                && pages <= (HIGHEST_ADDRESS - address) / Extent.PAGE_SIZE;
        if (!inside) {
            throw new ProtocolViolation(
                    Code.EXTENT_OUT_OF_RANGE, Long.toUnsignedString(pages) + " pages at " + Long.toHexString(address));
        }
        return new Extent(owner, address, pages);
    }

    private static PageCommand extent(int flags, MemoryObject owner, long address, long pages) {
        var extent = inside(owner, address, pages);
        return switch (flags) {
            case IN_PARENT -> new Inherit(extent);
            case PRESENT, PRESENT_AND_LAZY -> new Take(extent);
            default -> throw new ProtocolViolation(Code.UNKNOWN_FLAGS, "flags " + flags);
        };
    }

    private static MemoryObject owner(long object) {
        int type = (int) (object & 0xff);
        long id = object >>> OBJECT_TYPE_BITS;
        return switch (type) {
            case 1 -> task(id);
            case 2 -> new MemoryObject(MemoryObject.Kind.SHARED, id);
            case 10, 11, 16, 17, 27, 28, 29, 32, 33, 34 ->
                throw new ProtocolViolation(Code.LEGACY_OBJECT_TYPE, "type " + type);
            default -> throw new ProtocolViolation(Code.UNKNOWN_OBJECT_TYPE, "type " + type);
        };
    }

    private static MemoryObject task(long id) {
        if (id < 1 || id > HIGHEST_PID) {
            throw new ProtocolViolation(Code.OBJECT_OUT_OF_RANGE, "process " + id);
        }
        return new MemoryObject(MemoryObject.Kind.TASK, id);
    }
}
