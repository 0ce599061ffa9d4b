package dev.lifeboat.edge.source.manual;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/// Who may give notice: whoever knows the token; without one, this machine alone.
public final class Gate {
    private static final String BEARER = "Bearer ";

    /// A token that can be guessed is none.
    private static final int LEAST_TOKEN = 16;

    private static final int MOST_TOKEN = 4_096;

    private final byte @Nullable [] token;

    private Gate(byte @Nullable [] token) {
        this.token = token;
    }

    /// How a caller is turned away.
    enum Answer {
        COME_IN,
        /// It has no token, or another one.
        UNAUTHORIZED,
        /// It is on another machine, and there is no token by which it could be known.
        FORBIDDEN
    }

    public static Gate loopbackOnly() {
        return new Gate(null);
    }

    /// @throws IllegalArgumentException when the file holds no token
    public static Gate token(Path file) {
        try {
            if (Files.size(file) > MOST_TOKEN) {
                throw new IllegalArgumentException(file + ": a token has at most " + MOST_TOKEN + " bytes");
            }
            String token = Files.readString(file).strip();
            if (token.length() < LEAST_TOKEN) {
                throw new IllegalArgumentException(file + ": a token has at least " + LEAST_TOKEN
                        + " characters; make one with: head -c 32 /dev/urandom | base64 > " + file);
            }
            return new Gate(token.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalArgumentException(file + ": cannot read the token: " + e.getMessage(), e);
        }
    }

    /// @param remote the caller's address, literally
    /// @param authorization the header, if there is one
    Answer ask(String remote, @Nullable String authorization) {
        if (token == null) {
            return loopback(remote) ? Answer.COME_IN : Answer.FORBIDDEN;
        }
        boolean knows = authorization != null
                && authorization.startsWith(BEARER)
                && MessageDigest.isEqual(
                        token, authorization.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8));
        return knows ? Answer.COME_IN : Answer.UNAUTHORIZED;
    }

    private static boolean loopback(String remote) {
        try {
            return InetAddress.ofLiteral(remote).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
