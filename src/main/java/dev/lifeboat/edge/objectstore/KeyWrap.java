package dev.lifeboat.edge.objectstore;

import org.jspecify.annotations.Nullable;

/// Wraps the data keys of checkpoints: a key of yours in a file, or a key service.
public interface KeyWrap {
    /// @param keyId names the wrapping key, without telling anything of it
    /// @param dataKey in base64
    record Wrapped(String keyId, String dataKey) {}

    /// @param key as a policy names it; null for the standard one
    /// @param context bound to the result: [#unwrap] needs the same
    /// @throws dev.lifeboat.agent.StoreFailed when a key service does not do it
    Wrapped wrap(@Nullable String key, byte[] dataKey, String context);

    /// @throws dev.lifeboat.agent.CorruptCheckpoint when it was wrapped by none that is here, or for another context
    /// @throws dev.lifeboat.agent.StoreFailed when a key service does not do it
    byte[] unwrap(Wrapped wrapped, String context);
}
