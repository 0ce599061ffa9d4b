package dev.lifeboat.edge.criu;

/// The peer of the page server said something that CRIU does not say. The dump ends; the source goes on.
final class ProtocolViolation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// What was wrong; stable.
    enum Code {
        /// ADD, HOLE and OPEN of CRIU before 2.0.
        LEGACY_OPERATION,
        /// GET: pages on demand are asked of another server.
        LAZY_REQUEST,
        UNKNOWN_OPERATION,
        /// Extent flags other than present, present and lazy, or in parent.
        UNKNOWN_FLAGS,
        /// Object types that CRIU before 3.3 used.
        LEGACY_OBJECT_TYPE,
        UNKNOWN_OBJECT_TYPE,
        OBJECT_OUT_OF_RANGE,
        ADDRESS_NOT_ALIGNED,
        /// The extent has no pages, or leaves the address space.
        EXTENT_OUT_OF_RANGE,
        TOO_MANY_OBJECTS,
        OBJECT_OPENED_TWICE,
        /// An extent of another object than the one opened last.
        OBJECT_NOT_OPEN,
        /// An extent that overlaps or precedes the one before.
        EXTENT_OUT_OF_ORDER,
        /// A hole, although the sink said that there is no parent.
        NO_PARENT,
        /// The stream ended within a header or an extent.
        CUT_OFF,
        /// The stream ended without CLOSE.
        NOT_CLOSED
    }

    private final Code code;

    ProtocolViolation(Code code, String detail) {
        super(code + ": " + detail);
        this.code = code;
    }

    Code code() {
        return code;
    }
}
