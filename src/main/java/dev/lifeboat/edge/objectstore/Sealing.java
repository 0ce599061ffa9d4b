package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.CorruptCheckpoint;
import dev.lifeboat.checkpoint.CheckpointId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// AES-256-GCM under the data key of one attempt at one checkpoint, or of one layer of a chain.
///
/// The nonce is (object number, chunk number), and a data key is drawn anew for every attempt and every layer: no
/// nonce comes twice under one key. The additional data binds checkpoint and attempt (or chain and layer), object and
/// chunk: nothing can change places.
final class Sealing {
    static final int TAG_BYTES = 16;
    static final int KEY_BYTES = 32;

    /// Object numbers that are taken; data objects count from [#FIRST_DATA].
    static final int MANIFEST = 0;

    static final int INDEX = 1;
    static final int FIRST_DATA = 2;

    private final SecretKeySpec key;
    private final String context;

    Sealing(byte[] dataKey, CheckpointId id, String attempt) {
        this(dataKey, context(id, attempt));
    }

    Sealing(byte[] dataKey, String context) {
        this.key = new SecretKeySpec(dataKey, "AES");
        this.context = context;
    }

    byte[] dataKey() {
        return key.getEncoded();
    }

    String context() {
        return context;
    }

    static String context(CheckpointId id, String attempt) {
        return "lifeboat/1\n" + id + "\n" + attempt;
    }

    /// Seals what remains in `plain` into `target`, which has room for the tag.
    void seal(int object, long chunk, ByteBuffer plain, ByteBuffer target) {
        try {
            cipher(Cipher.ENCRYPT_MODE, object, chunk).doFinal(plain, target);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot seal chunk " + chunk + " of object " + object, e);
        }
    }

    /// @param name for the message
    /// @throws CorruptCheckpoint when a bit differs from what was sealed there
    void open(int object, long chunk, String name, ByteBuffer sealed, ByteBuffer target) {
        try {
            cipher(Cipher.DECRYPT_MODE, object, chunk).doFinal(sealed, target);
        } catch (AEADBadTagException e) {
            throw new CorruptCheckpoint(name + ", chunk " + chunk + ": not what was sealed there");
        } catch (GeneralSecurityException e) {
            throw new CorruptCheckpoint(name + ", chunk " + chunk + ": " + e.getMessage());
        }
    }

    private Cipher cipher(int mode, int object, long chunk) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        byte[] nonce = ByteBuffer.allocate(12).putInt(object).putLong(chunk).array();
        cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * 8, nonce));
        cipher.updateAAD((context + "\n" + object + "\n" + chunk).getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
