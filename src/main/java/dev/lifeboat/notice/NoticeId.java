package dev.lifeboat.notice;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// Derived from the content of a notice, so that the same notice seen twice has the same id: lower-case hex.
public record NoticeId(String value) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{16,64}");

    /// 128 bits: two different notices of one fleet do not meet by chance.
    private static final int BYTES = 16;

    public NoticeId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("a notice id is 16 to 64 hex digits: " + value);
        }
    }

    /// Hashes the facts that make a notice what it is; never the time of receipt.
    ///
    /// Each part goes in with its length, so that `("a", "bc")` and `("ab", "c")` differ.
    public static NoticeId of(String... facts) {
        MessageDigest digest = sha256();
        for (String fact : facts) {
            byte[] bytes = fact.getBytes(StandardCharsets.UTF_8);
            digest.update(
                    ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
            digest.update(bytes);
        }
        return new NoticeId(HexFormat.of().formatHex(digest.digest(), 0, BYTES));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
