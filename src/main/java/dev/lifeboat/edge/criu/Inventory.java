package dev.lifeboat.edge.criu;

import com.google.protobuf.CodedInputStream;
import dev.lifeboat.workload.Connections;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What CRIU notes of a whole dump: `inventory.img`, images/inventory.proto.
public final class Inventory {
    private static final String FILE = "inventory.img";

    /// A magic word and the message's length.
    private static final int BEFORE_MESSAGE = 8;

    private static final int TCP_CLOSE = 10;

    /// Its state of a connection that is kept, one file each.
    private static final String KEPT = "tcp-stream-*";

    private Inventory() {}

    /// What the dump was told to do with connections. A dump that was to keep them and found none needs nothing.
    ///
    /// @param images as they were dumped
    public static Connections connections(Path images) throws IOException {
        try (var kept = Files.newDirectoryStream(images, KEPT)) {
            if (kept.iterator().hasNext()) {
                return Connections.KEEP;
            }
        }
        return Files.exists(images.resolve(FILE)) && closes(Files.readAllBytes(images.resolve(FILE)))
                ? Connections.CLOSE
                : Connections.REFUSE;
    }

    private static boolean closes(byte[] image) throws IOException {
        if (image.length < BEFORE_MESSAGE) {
            return false;
        }
        var message = CodedInputStream.newInstance(image, BEFORE_MESSAGE, image.length - BEFORE_MESSAGE);
        for (int tag = message.readTag(); tag != 0; tag = message.readTag()) {
            if (com.google.protobuf.WireFormat.getTagFieldNumber(tag) == TCP_CLOSE) {
                return message.readBool();
            }
            message.skipField(tag);
        }
        return false;
    }
}
