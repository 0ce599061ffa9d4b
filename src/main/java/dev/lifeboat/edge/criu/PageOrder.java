package dev.lifeboat.edge.criu;

import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import dev.lifeboat.edge.criu.ProtocolViolation.Code;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The order in which pages may come: every object opened once, its extents by rising address, none overlapping.
/// What breaks it could not be put together again.
final class PageOrder {
    /// A tree has at most as many tasks as there are process numbers.
    private static final int MOST_OBJECTS = 1 << 22;

    private final Set<MemoryObject> opened = new HashSet<>();
    private @Nullable MemoryObject current;
    private boolean currentHasParent;
    private long nextAddress;

    enum Parent {
        KNOWN,
        NONE
    }

    void open(MemoryObject owner, Parent parent) {
        if (opened.size() == MOST_OBJECTS) {
            throw new ProtocolViolation(Code.TOO_MANY_OBJECTS, "more than " + MOST_OBJECTS);
        }
        if (!opened.add(owner)) {
            throw new ProtocolViolation(Code.OBJECT_OPENED_TWICE, owner.toString());
        }
        current = owner;
        currentHasParent = parent == Parent.KNOWN;
        nextAddress = 0;
    }

    void take(Extent extent) {
        if (!extent.owner().equals(current)) {
            throw new ProtocolViolation(Code.OBJECT_NOT_OPEN, extent + " while at " + current);
        }
        if (extent.startAddress() < nextAddress) {
            throw new ProtocolViolation(Code.EXTENT_OUT_OF_ORDER, extent + " before " + Long.toHexString(nextAddress));
        }
        nextAddress = extent.startAddress() + extent.length();
    }

    void inherit(Extent extent) {
        take(extent);
        if (!currentHasParent) {
            throw new ProtocolViolation(Code.NO_PARENT, extent.toString());
        }
    }
}
