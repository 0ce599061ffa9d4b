package dev.lifeboat.edge.criu;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat.FieldType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A protobuf message in one of CRIU's images, of which only some fields are wanted.
record ImageMessage(ByteBuffer content) {
    /// Two magic words and the first message's length, little-endian; the message follows.
    private static final int IMAGE_HEADER = 12;

    /// @throws IOException when it is no image
    static ImageMessage first(Path image) throws IOException {
        var bytes = ByteBuffer.wrap(Files.readAllBytes(image)).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.limit() < IMAGE_HEADER || bytes.getInt(8) < 0 || bytes.getInt(8) > bytes.limit() - IMAGE_HEADER) {
            throw new IOException(image.getFileName() + ": not an image of CRIU's");
        }
        return new ImageMessage(bytes.slice(IMAGE_HEADER, bytes.getInt(8)));
    }

    /// All messages of that field.
    List<ImageMessage> all(int field) throws IOException {
        var found = new ArrayList<ImageMessage>();
        CodedInputStream in = CodedInputStream.newInstance(content.duplicate());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == tag(field, FieldType.MESSAGE)) {
                found.add(new ImageMessage(in.readByteBuffer()));
            } else {
                in.skipField(tag);
            }
        }
        return found;
    }

    Optional<ImageMessage> one(int field) throws IOException {
        return all(field).stream().findFirst();
    }

    /// The fields that are plain numbers.
    Map<Integer, Long> numbers() throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(content.duplicate());
        var numbers = new TreeMap<Integer, Long>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int field = com.google.protobuf.WireFormat.getTagFieldNumber(tag);
            if (tag == tag(field, FieldType.UINT64)) {
                numbers.put(field, in.readUInt64());
            } else {
                in.skipField(tag);
            }
        }
        return numbers;
    }

    private static int tag(int field, FieldType type) {
        return field << 3 | type.getWireType();
    }
}
