package dev.lifeboat.edge.objectstore;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import net.jpountz.lz4.LZ4Factory;

/// Reads checkpoints from a folder with nothing but docs/reference/checkpoint-format.md in hand: not a line of the
/// production reader is used here, and nothing may be that the document does not say.
final class IndependentReader {
    private static final int PAGE = 4096;

    private final Path root;
    private final byte[] userKey;

    IndependentReader(Path root, byte[] userKey) {
        this.root = root;
        this.userKey = userKey.clone();
    }

    /// @param pages by owner, such as `task 42`, and then by address
    /// @param files by name, as `mode owner:group digest`; digest alone before version 3
    record Checkpoint(JsonNode body, Map<String, Map<Long, String>> pages, Map<String, String> files) {}

    private record Layer(String prefix, String context, String dataKey) {}

    private record Stored(Layer layer, int number, String key) {}

    private record Chunk(int object, int number, int codec, long offset, int sealed, int plain) {}

    Checkpoint read(String id) throws IOException, GeneralSecurityException {
        String prefix = "checkpoints/" + id + "/";
        JsonNode manifest = new JsonMapper().readTree(bytes(prefix + "manifest"));
        require(manifest.path("kind").asText().equals("lifeboat-checkpoint"), "the kind");
        require(manifest.path("format").asInt() <= 2, "the format");
        require(manifest.path("id").asText().equals(id), "the id");
        String keyId = HexFormat.of().formatHex(Arrays.copyOf(sha256(userKey), 8));
        require(manifest.path("keyId").asText().equals(keyId), "the key's id");
        String attempt = manifest.path("attempt").asText();
        String context = "lifeboat/1\n" + id + "\n" + attempt;
        byte[] wrapped = Base64.getDecoder().decode(manifest.path("dataKey").asText());
        byte[] dataKey =
                open(userKey, Arrays.copyOf(wrapped, 12), context, Arrays.copyOfRange(wrapped, 12, wrapped.length));
        var own = new Layer(prefix + attempt + "/", context, HexFormat.of().formatHex(dataKey));
        byte[] sealedBody = Base64.getDecoder().decode(manifest.path("body").asText());
        JsonNode body = new JsonMapper().readTree(unseal(own, 0, 0, sealedBody));
        byte[] sealedIndex = bytes(prefix + body.path("indexKey").asText());
        require(sealedIndex.length == body.path("indexSize").asLong(), "the index's size");
        require(
                HexFormat.of()
                        .formatHex(sha256(sealedIndex))
                        .equals(body.path("indexSha256").asText()),
                "its digest");
        return index(own, ByteBuffer.wrap(unseal(own, 1, 0, sealedIndex)), body);
    }

    private Checkpoint index(Layer own, ByteBuffer in, JsonNode body) throws IOException, GeneralSecurityException {
        require(in.getInt() == 0x4C424958, "the index's magic");
        int version = in.getInt();
        require(version >= 1 && version <= 3, "the index's version");
        var layers = new ArrayList<Layer>();
        for (int left = version == 1 ? 0 : in.getInt(); left > 0; left--) {
            layers.add(new Layer(text(in), text(in), text(in)));
        }
        var objects = new ArrayList<Stored>();
        for (int left = in.getInt(); left > 0; left--) {
            int layer = version == 1 ? -1 : in.getInt();
            int number = version == 1 ? objects.size() : in.getInt();
            objects.add(new Stored(layer < 0 ? own : layers.get(layer), number, text(in)));
        }
        var chunks = new ArrayList<byte[]>();
        for (int left = in.getInt(); left > 0; left--) {
            var chunk = new Chunk(in.getInt(), in.getInt(), in.getInt(), in.getLong(), in.getInt(), in.getInt());
            chunks.add(decoded(objects.get(chunk.object), chunk));
        }
        return new Checkpoint(body, pages(in, chunks), files(in, chunks, version >= 3));
    }

    private static Map<String, Map<Long, String>> pages(ByteBuffer in, List<byte[]> chunks)
            throws GeneralSecurityException {
        var pages = new TreeMap<String, Map<Long, String>>();
        for (int left = in.getInt(); left > 0; left--) {
            int kind = in.getInt();
            require(kind == 1 || kind == 2, "the kind of memory");
            var owner = pages.computeIfAbsent((kind == 1 ? "task " : "shared ") + in.getLong(), _ -> new TreeMap<>());
            long address = in.getLong();
            long count = in.getLong();
            int chunk = in.getInt();
            int offset = in.getInt();
            for (int page = 0; page < count; page++) {
                int at = offset + page * PAGE;
                byte[] content = chunk < 0 ? new byte[PAGE] : Arrays.copyOfRange(chunks.get(chunk), at, at + PAGE);
                require(owner.put(address + (long) page * PAGE, digest(content)) == null, "one place for each page");
            }
        }
        return pages;
    }

    private static Map<String, String> files(ByteBuffer in, List<byte[]> chunks, boolean owned)
            throws GeneralSecurityException {
        var files = new LinkedHashMap<String, String>();
        for (int left = in.getInt(); left > 0; left--) {
            String name = text(in);
            String rights = owned ? "%o %d:%d ".formatted(in.getInt(), in.getInt(), in.getInt()) : "";
            long size = in.getLong();
            var content = new ByteArrayOutputStream();
            for (int parts = in.getInt(); parts > 0; parts--) {
                content.writeBytes(chunks.get(in.getInt()));
            }
            require(content.size() == size, "the size of " + name);
            files.put(name, rights + digest(content.toByteArray()));
        }
        require(!in.hasRemaining(), "the index's end");
        return files;
    }

    private byte[] decoded(Stored object, Chunk chunk) throws IOException, GeneralSecurityException {
        byte[] sealed = new byte[chunk.sealed];
        try (var file = Files.newByteChannel(root.resolve(object.layer.prefix + object.key))) {
            file.position(chunk.offset);
            ByteBuffer rest = ByteBuffer.wrap(sealed);
            while (rest.hasRemaining()) {
                require(file.read(rest) > 0, "all of " + object.key);
            }
        }
        byte[] packed = unseal(object.layer, 2 + object.number, chunk.number, sealed);
        byte[] plain = switch (chunk.codec) {
            case 0 -> packed;
            case 1 -> LZ4Factory.safeInstance().safeDecompressor().decompress(packed, chunk.plain);
            case 2 -> new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes();
            case 3 -> Zstd.decompress(packed, chunk.plain);
            default -> throw new AssertionError("no such codec: " + chunk.codec);
        };
        require(plain.length == chunk.plain, "the size of a chunk of " + object.key);
        return plain;
    }

    private static byte[] unseal(Layer layer, int object, long chunk, byte[] sealed) throws GeneralSecurityException {
        byte[] nonce = ByteBuffer.allocate(12).putInt(object).putLong(chunk).array();
        return open(
                HexFormat.of().parseHex(layer.dataKey), nonce, layer.context + "\n" + object + "\n" + chunk, sealed);
    }

    private static byte[] open(byte[] key, byte[] nonce, String additional, byte[] sealed)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
        cipher.updateAAD(additional.getBytes(StandardCharsets.UTF_8));
        return cipher.doFinal(sealed);
    }

    private byte[] bytes(String key) throws IOException {
        return Files.readAllBytes(root.resolve(key));
    }

    private static String text(ByteBuffer in) {
        byte[] bytes = new byte[in.getInt()];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    static String digest(byte[] content) throws GeneralSecurityException {
        return HexFormat.of().formatHex(sha256(content));
    }

    private static byte[] sha256(byte[] content) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-256").digest(content);
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("not as the document says: " + what);
        }
    }
}
