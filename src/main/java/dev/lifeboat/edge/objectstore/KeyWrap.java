package dev.lifeboat.edge.objectstore;

/// Wraps the data key of a checkpoint; a key file now, a key service later.
public interface KeyWrap {
    /// Names the wrapping key, without telling anything of it.
    String keyId();

    /// @param context bound to the result: [#unwrap] needs the same
    byte[] wrap(byte[] dataKey, byte[] context);

    /// @throws dev.lifeboat.agent.CorruptCheckpoint when this key did not wrap it, or for another context
    byte[] unwrap(byte[] wrapped, byte[] context);
}
