package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.CorruptCheckpoint;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// A wrapping key from a file: 32 bytes as 64 hex digits or as base64. There is no default key.
public final class KeyFile implements KeyWrap {
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    /// Generous for text of 32 bytes; a bigger file is a mistake.
    private static final int MAX_FILE_BYTES = 1024;

    private static final String REMEDY =
            "; make one with: head -c 32 /dev/urandom | base64 > FILE, and keep it where every node can read it";

    private final SecretKeySpec key;
    private final String keyId;
    private final SecureRandom random = new SecureRandom();

    private KeyFile(byte[] key) {
        this.key = new SecretKeySpec(key, "AES");
        this.keyId = HexFormat.of().formatHex(Sealing.sha256(key), 0, 8);
    }

    /// @throws IllegalArgumentException with the remedy, when the file holds no key
    public static KeyFile read(Path file) {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new IllegalArgumentException(file + " is too long for a key" + REMEDY);
            }
            return new KeyFile(
                    decode(Files.readString(file, StandardCharsets.US_ASCII).strip()));
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("there is no key file " + file + REMEDY, e);
        } catch (CharacterCodingException raw) {
            throw new IllegalArgumentException(
                    file + " holds raw bytes, and a key is text: hex or base64" + REMEDY, raw);
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "no wrapping key in " + file + " (" + e.getMessage() + "): it must hold 32 bytes as hex or base64"
                            + REMEDY,
                    e);
        }
    }

    private static byte[] decode(String text) {
        byte[] key = text.length() == 2 * KEY_BYTES
                ? HexFormat.of().parseHex(text)
                : Base64.getDecoder().decode(text);
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException(key.length + " bytes");
        }
        return key;
    }

    /// Random nonces: one per checkpoint, far from the 2^32 at which they would wear out. A file has one key, whatever
    /// policies name.
    @Override
    public Wrapped wrap(@Nullable String named, byte[] dataKey, String context) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, context).doFinal(dataKey);
            byte[] wrapped = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
            System.arraycopy(sealed, 0, wrapped, NONCE_BYTES, sealed.length);
            return new Wrapped(keyId, Base64.getEncoder().encodeToString(wrapped));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES-GCM", e);
        }
    }

    @Override
    public byte[] unwrap(Wrapped by, String context) {
        if (!keyId.equals(by.keyId())) {
            throw new CorruptCheckpoint("manifest: sealed under key " + by.keyId() + ", but this node has key " + keyId
                    + "; give every node the same key file");
        }
        byte[] wrapped = Base64.getDecoder().decode(by.dataKey());
        if (wrapped.length <= NONCE_BYTES) {
            throw new CorruptCheckpoint("the wrapped data key is cut off");
        }
        try {
            return cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(wrapped, NONCE_BYTES), context)
                    .doFinal(wrapped, NONCE_BYTES, wrapped.length - NONCE_BYTES);
        } catch (AEADBadTagException e) {
            throw new CorruptCheckpoint("manifest: the data key was not wrapped by key " + keyId + " for this one");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES-GCM", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String context) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(Sealing.TAG_BYTES * 8, nonce));
        cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
