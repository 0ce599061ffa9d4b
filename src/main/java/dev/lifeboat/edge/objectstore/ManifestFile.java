package dev.lifeboat.edge.objectstore;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.agent.CheckpointStore.Facts;
import dev.lifeboat.agent.CheckpointStore.Size;
import dev.lifeboat.agent.CorruptCheckpoint;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.quantity.ByteCount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// The manifest as it lies in the store: an envelope in clear with the wrapped data key, the rest sealed.
final class ManifestFile {
    static final String COMMITTED = "lifeboat-checkpoint";
    static final String ABANDONED = "lifeboat-abandoned";

    /// A manifest has about 1 KiB; more than this is no manifest.
    static final int MAX_BYTES = 1 << 20;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private ManifestFile() {}

    /// What is in clear.
    record Envelope(
            String kind,
            int format,
            String id,
            @Nullable String attempt,
            @Nullable String chain,
            @Nullable String savedAt,
            @Nullable String keyId,
            @Nullable String dataKey,
            @Nullable String body) {}

    private record Body(
            String workload,
            String node,
            String dumper,
            String kernel,
            String cpu,
            long rootPid,

            String codec,
            long pages,
            long stored,
            String indexKey,
            long indexSize,
            String indexSha256,

            @Nullable Integer streams) {}

    /// @param opened the data key's sealing, for the objects that the manifest names
    record Read(Manifest manifest, Sealing opened) {}

    static byte[] encode(Manifest manifest, Sealing sealing, KeyWrap.Wrapped wrapped) {
        byte[] plain = json(body(manifest));
        ByteBuffer sealed = ByteBuffer.allocate(plain.length + Sealing.TAG_BYTES);
        sealing.seal(Sealing.MANIFEST, 0, ByteBuffer.wrap(plain), sealed);
        return json(new Envelope(
                COMMITTED,
                Manifest.FORMAT,
                manifest.id().value(),
                manifest.attempt(),
                manifest.chain(),
                manifest.savedAt() == null ? null : manifest.savedAt().toString(),
                wrapped.keyId(),
                wrapped.dataKey(),
                Base64.getEncoder().encodeToString(sealed.array())));
    }

    static byte[] abandoned(CheckpointId id) {
        return json(new Envelope(ABANDONED, Manifest.FORMAT, id.value(), null, null, null, null, null, null));
    }

    static Envelope envelope(byte[] content) {
        try {
            return JSON.readValue(content, Envelope.class);
        } catch (IOException e) {
            throw new CorruptCheckpoint("manifest: not JSON of ours: " + e.getMessage());
        }
    }

    static Read open(CheckpointId id, Envelope envelope, KeyWrap wrap) {
        requireReadable(id, envelope);
        String attempt = envelope.attempt();
        if (attempt == null || !attempt.matches("[0-9a-f]{16}")) {
            throw new CorruptCheckpoint("manifest of " + id + ": no attempt");
        }
        String wrapped = Base64.getEncoder().encodeToString(decoded(id, envelope.dataKey()));
        byte[] sealed = decoded(id, envelope.body());
        byte[] dataKey =
                wrap.unwrap(new KeyWrap.Wrapped(text(envelope.keyId()), wrapped), Sealing.context(id, attempt));
        var sealing = new Sealing(dataKey, id, attempt);
        ByteBuffer plain = ByteBuffer.allocate(sealed.length - Sealing.TAG_BYTES);
        sealing.open(Sealing.MANIFEST, 0, "manifest of " + id, ByteBuffer.wrap(sealed), plain);
        return new Read(manifest(id, envelope, attempt, plain.array()), sealing);
    }

    private static String text(@Nullable String absent) {
        return absent == null ? "" : absent;
    }

    private static byte[] decoded(CheckpointId id, @Nullable String base64) {
        try {
            byte[] bytes = Base64.getDecoder().decode(base64 == null ? "" : base64);
            if (bytes.length > Sealing.TAG_BYTES) {
                return bytes;
            }
        } catch (IllegalArgumentException _) {
            // Said below.
        }
        throw new CorruptCheckpoint("manifest of " + id + ": something is missing or broken");
    }

    private static void requireReadable(CheckpointId id, Envelope envelope) {
        if (!COMMITTED.equals(envelope.kind()) || !id.value().equals(envelope.id())) {
            throw new CorruptCheckpoint("manifest of " + id + ": it is of something else");
        }
        if (envelope.format() > Manifest.FORMAT) {
            throw new CorruptCheckpoint(
                    "manifest of " + id + ": format " + envelope.format() + " is newer than this program; upgrade it");
        }
    }

    private static Body body(Manifest manifest) {
        Facts facts = manifest.facts();
        return new Body(
                facts.workload(),
                facts.node(),
                facts.dumper(),
                facts.kernel(),
                facts.cpu(),
                facts.rootPid(),
                manifest.codec().name(),
                manifest.size().pages().bytes(),
                manifest.size().stored().bytes(),
                manifest.index().key(),
                manifest.index().size().bytes(),
                manifest.index().sha256(),
                manifest.streams());
    }

    private static Manifest manifest(CheckpointId id, Envelope envelope, String attempt, byte[] plain) {
        try {
            Body body = JSON.readValue(plain, Body.class);
            return new Manifest(
                    id,
                    attempt,
                    new Facts(body.workload, body.node, body.dumper, body.kernel, body.cpu, body.rootPid),
                    Codec.valueOf(body.codec),
                    new Size(new ByteCount(body.pages), new ByteCount(body.stored)),
                    new Manifest.SealedObject(body.indexKey, new ByteCount(body.indexSize), body.indexSha256),
                    envelope.chain(),
                    savedAt(envelope),
                    body.streams);
        } catch (IOException | IllegalArgumentException e) {
            throw new CorruptCheckpoint("manifest of " + id + ": malformed: " + e.getMessage());
        }
    }

    /// Null when it is not said, or not in a way that can be read: nothing hangs on it but an age.
    static @Nullable Instant savedAt(Envelope envelope) {
        try {
            return envelope.savedAt() == null ? null : Instant.parse(envelope.savedAt());
        } catch (DateTimeParseException unreadable) {
            return null;
        }
    }

    private static byte[] json(Record value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
