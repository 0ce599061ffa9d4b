package dev.lifeboat.edge.objectstore;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// Hands everything on to a real store; whoever extends it gets in the way.
class Relay implements ObjectStore {
    private final ObjectStore real;

    Relay(ObjectStore real) {
        this.real = real;
    }

    @Override
    public Upload upload(String key) {
        return real.upload(key);
    }

    @Override
    public void put(String key, byte[] content) {
        real.put(key, content);
    }

    @Override
    public void put(String key, ByteBuffer content) {
        real.put(key, content);
    }

    @Override
    public boolean putIfAbsent(String key, byte[] content) {
        return real.putIfAbsent(key, content);
    }

    @Override
    public Optional<byte[]> get(String key, int limit) {
        return real.get(key, limit);
    }

    @Override
    public void read(String key, long offset, ByteBuffer target) {
        real.read(key, offset, target);
    }

    @Override
    public List<String> list(String prefix) {
        return real.list(prefix);
    }

    @Override
    public void delete(String key) {
        real.delete(key);
    }
}
