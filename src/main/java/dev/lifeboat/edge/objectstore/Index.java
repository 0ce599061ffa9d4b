package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.CorruptCheckpoint;
import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What lies where: docs/reference/checkpoint-format.md, section Index.
///
/// @param layers of the chain that are referred to
/// @param chunks the checkpoint's own first, then the chain's
/// @param runs pages, in the order in which they were dumped
record Index(
        List<Layer> layers, List<StoredObject> objects, List<Chunk> chunks, List<Run> runs, List<StoredFile> files) {
    static final int MAGIC = 0x4C42_4958;
    static final int VERSION = 3;

    /// Nothing is known of whose the files are.
    private static final int VERSION_WITHOUT_RIGHTS = 2;

    /// Without layers: its objects are all the checkpoint's own, numbered as they are listed.
    private static final int VERSION_WITHOUT_CHAINS = 1;

    Index {
        layers = List.copyOf(layers);
        objects = List.copyOf(objects);
        chunks = List.copyOf(chunks);
        runs = List.copyOf(runs);
        files = List.copyOf(files);
    }

    /// @param prefix of its objects' keys, from the store's root
    /// @param context what its chunks are bound to
    /// @param dataKey 64 hex digits
    record Layer(String prefix, String context, String dataKey) {
        @Override
        public String toString() {
            return "Layer[" + prefix + "]";
        }
    }

    /// @param layer [#OWN], or an index into [Index#layers]
    /// @param number what the object's chunks are bound to, before [Sealing#FIRST_DATA]
    /// @param key within the layer's prefix
    record StoredObject(int layer, int number, String key) {
        static final int OWN = -1;
    }

    /// @param object 0 is the first of [Index#objects]
    /// @param number counts from 0 within the object
    /// @param offset of the sealed bytes in the object
    record Chunk(int object, int number, Codec codec, long offset, int sealed, int plain) {}

    /// Where the pages of an extent are: in a chunk, or nowhere because they are zero.
    ///
    /// @param chunk index into [Index#chunks], or [#ZERO]
    /// @param offset in the decoded chunk
    record Run(Extent extent, int chunk, int offset) {
        static final int ZERO = -1;
    }

    /// @param rights null in checkpoints of earlier versions
    /// @param chunks indexes into [Index#chunks], in order
    record StoredFile(String name, @Nullable FileRights rights, long size, List<Integer> chunks) {
        StoredFile {
            chunks = List.copyOf(chunks);
        }
    }

    byte[] encode() {
        var bytes = new ByteArrayOutputStream(1 << 16);
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            out.writeInt(VERSION);
            out.writeInt(layers.size());
            for (Layer layer : layers) {
                writeText(out, layer.prefix);
                writeText(out, layer.context);
                writeText(out, layer.dataKey);
            }
            out.writeInt(objects.size());
            for (StoredObject object : objects) {
                out.writeInt(object.layer);
                out.writeInt(object.number);
                writeText(out, object.key);
            }
            out.writeInt(chunks.size());
            for (Chunk chunk : chunks) {
                write(out, chunk);
            }
            out.writeInt(runs.size());
            for (Run run : runs) {
                write(out, run);
            }
            out.writeInt(files.size());
            for (StoredFile file : files) {
                write(out, file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, Chunk chunk) throws IOException {
        out.writeInt(chunk.object);
        out.writeInt(chunk.number);
        out.writeInt(chunk.codec.number());
        out.writeLong(chunk.offset);
        out.writeInt(chunk.sealed);
        out.writeInt(chunk.plain);
    }

    private static void write(DataOutputStream out, Run run) throws IOException {
        out.writeInt(run.extent.owner().kind() == MemoryObject.Kind.TASK ? 1 : 2);
        out.writeLong(run.extent.owner().id());
        out.writeLong(run.extent.startAddress());
        out.writeLong(run.extent.pages());
        out.writeInt(run.chunk);
        out.writeInt(run.offset);
    }

    private static void write(DataOutputStream out, StoredFile file) throws IOException {
        if (file.rights == null) {
            throw new IllegalArgumentException("whose is " + file.name + "?");
        }
        writeText(out, file.name);
        out.writeInt(file.rights.mode());
        out.writeInt(file.rights.owner());
        out.writeInt(file.rights.group());
        out.writeLong(file.size);
        out.writeInt(file.chunks.size());
        for (int chunk : file.chunks) {
            out.writeInt(chunk);
        }
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /// @throws CorruptCheckpoint when the bytes are no index that we know
    static Index decode(ByteBuffer bytes) {
        try {
            if (bytes.getInt() != MAGIC) {
                throw new CorruptCheckpoint("index: not an index");
            }
            int version = bytes.getInt();
            if (version > VERSION) {
                throw new CorruptCheckpoint("index: version " + version + " is newer than this program");
            }
            boolean chained = version > VERSION_WITHOUT_CHAINS;
            boolean owned = version > VERSION_WITHOUT_RIGHTS;
            var index = new Index(
                    chained ? list(bytes, Index::readLayer) : List.of(),
                    chained ? list(bytes, Index::readObject) : numbered(list(bytes, Index::readText)),
                    list(bytes, Index::readChunk),
                    list(bytes, Index::readRun),
                    list(bytes, in -> readFile(in, owned)));
            index.check();
            return index;
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new CorruptCheckpoint("index: malformed: " + e.getMessage());
        }
    }

    private interface Reader<T> {
        T read(ByteBuffer bytes);
    }

    private static <T> List<T> list(ByteBuffer bytes, Reader<T> reader) {
        int count = bytes.getInt();
        // Every entry has at least four bytes, so a forged count cannot ask for more memory than the index itself.
        if (count < 0 || count > bytes.remaining() / Integer.BYTES) {
            throw new IllegalArgumentException(count + " entries in " + bytes.remaining() + " bytes");
        }
        var entries = new ArrayList<T>(count);
        for (int i = 0; i < count; i++) {
            entries.add(reader.read(bytes));
        }
        return entries;
    }

    private static List<StoredObject> numbered(List<String> keys) {
        return IntStream.range(0, keys.size())
                .mapToObj(number -> new StoredObject(StoredObject.OWN, number, keys.get(number)))
                .toList();
    }

    private static Layer readLayer(ByteBuffer in) {
        return new Layer(readText(in), readText(in), readText(in));
    }

    private static StoredObject readObject(ByteBuffer in) {
        return new StoredObject(in.getInt(), in.getInt(), readText(in));
    }

    private static Chunk readChunk(ByteBuffer in) {
        return new Chunk(in.getInt(), in.getInt(), Codec.of(in.getInt()), in.getLong(), in.getInt(), in.getInt());
    }

    private static Run readRun(ByteBuffer in) {
        var kind = switch (in.getInt()) {
            case 1 -> MemoryObject.Kind.TASK;
            case 2 -> MemoryObject.Kind.SHARED;
            default -> throw new IllegalArgumentException("unknown kind of memory");
        };
        var owner = new MemoryObject(kind, in.getLong());
        return new Run(new Extent(owner, in.getLong(), in.getLong()), in.getInt(), in.getInt());
    }

    private static StoredFile readFile(ByteBuffer in, boolean owned) {
        String name = readText(in);
        FileRights rights = owned ? new FileRights(in.getInt(), in.getInt(), in.getInt()) : null;
        return new StoredFile(name, rights, in.getLong(), list(in, ByteBuffer::getInt));
    }

    private static String readText(ByteBuffer in) {
        byte[] bytes = new byte[Math.clamp(in.getInt(), 0, in.remaining())];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /// Every reference stays inside: what follows may index without looking.
    private void check() {
        for (StoredObject object : objects) {
            require(object.layer >= StoredObject.OWN && object.layer < layers.size() && object.number >= 0, object);
        }
        for (Chunk chunk : chunks) {
            require(
                    chunk.object >= 0
                            && chunk.object < objects.size()
                            && chunk.offset >= 0
                            && chunk.plain > 0
                            && chunk.plain <= LayerWriter.CHUNK_BYTES
                            && chunk.sealed > Sealing.TAG_BYTES
                            && chunk.sealed <= chunk.plain + Sealing.TAG_BYTES,
                    chunk);
        }
        for (Run run : runs) {
            require(run.chunk == Run.ZERO || holds(run.chunk, run.offset, run.extent.length()), run);
        }
        for (StoredFile file : files) {
            file.chunks.forEach(chunk -> require(chunk >= 0 && chunk < chunks.size(), file));
        }
    }

    private boolean holds(int chunk, int offset, long length) {
        return chunk >= 0
                && chunk < chunks.size()
                && offset >= 0
                && offset + length <= chunks.get(chunk).plain();
    }

    private static void require(boolean holds, Record entry) {
        if (!holds) {
            throw new IllegalArgumentException("points outside: " + entry);
        }
    }
}
