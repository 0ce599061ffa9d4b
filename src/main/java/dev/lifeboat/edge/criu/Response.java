package dev.lifeboat.edge.criu;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;

/// What CRIU says: `criu_resp` of CRIU's rpc.proto, whose field numbers stand here.
///
/// @param type one of the request types below
/// @param pid of what was restored, or is being restored, or 0
/// @param script the step that a notification is about, or empty
/// @param errno CRIU's own idea of what went wrong, or 0
/// @param tracksMemory whether the kernel can tell which pages changed
/// @param lazyPages whether pages can come after the resume
record Response(
        int type,
        boolean success,
        int pid,
        String script,
        int errno,
        String message,
        CriuVersion version,
        boolean tracksMemory,
        boolean lazyPages) {
    static final int DUMP = 1;
    static final int RESTORE = 2;
    static final int NOTIFY = 6;
    static final int FEATURE_CHECK = 9;
    static final int VERSION = 10;
    static final int SINGLE_PRE_DUMP = 13;

    /// criu's answers are a few hundred bytes.
    static final int LONGEST = 64 * 1024;

    /// @throws IOException when it is no such message
    static Response decode(ByteBuffer received) throws IOException {
        var fields = new Fields();
        fields.read(CodedInputStream.newInstance(received));
        return new Response(
                fields.type,
                fields.success,
                fields.pid,
                fields.script,
                fields.errno,
                fields.message,
                new CriuVersion(fields.major, fields.minor, fields.sublevel),
                fields.tracksMemory,
                fields.lazyPages);
    }

    boolean isNotification() {
        return type == NOTIFY;
    }

    /// Collects the fields in whatever order they come.
    private static final class Fields {
        private int type;
        private boolean success;
        private int pid;
        private String script = "";
        private int errno;
        private String message = "";
        private int major;
        private int minor;
        private int sublevel;
        private boolean tracksMemory;
        private boolean lazyPages;

        void read(CodedInputStream in) throws IOException {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                switch (WireFormat.getTagFieldNumber(tag)) {
                    case 1 -> type = in.readEnum();
                    case 2 -> success = in.readBool();
                    case 4 -> nested(in, this::readRestore);
                    case 5 -> nested(in, this::readNotify);
                    case 7 -> errno = in.readInt32();
                    case 8 -> nested(in, this::readFeatures);
                    case 9 -> message = in.readString();
                    case 10 -> nested(in, this::readVersion);
                    default -> in.skipField(tag);
                }
            }
        }

        private void readRestore(CodedInputStream in, int tag) throws IOException {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> pid = in.readInt32();
                default -> in.skipField(tag);
            }
        }

        private void readNotify(CodedInputStream in, int tag) throws IOException {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> script = in.readString();
                case 2 -> pid = in.readInt32();
                default -> in.skipField(tag);
            }
        }

        private void readFeatures(CodedInputStream in, int tag) throws IOException {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> tracksMemory = in.readBool();
                case 2 -> lazyPages = in.readBool();
                default -> in.skipField(tag);
            }
        }

        private void readVersion(CodedInputStream in, int tag) throws IOException {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> major = in.readInt32();
                case 2 -> minor = in.readInt32();
                case 4 -> sublevel = in.readInt32();
                default -> in.skipField(tag);
            }
        }

        private static void nested(CodedInputStream in, Field field) throws IOException {
            int outer = in.pushLimit(in.readRawVarint32());
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                field.read(in, tag);
            }
            in.popLimit(outer);
        }
    }

    /// Reads one field of a nested message.
    @FunctionalInterface
    private interface Field {
        void read(CodedInputStream in, int tag) throws IOException;
    }
}
