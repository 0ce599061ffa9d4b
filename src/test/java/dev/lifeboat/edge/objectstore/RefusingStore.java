package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.StoreFailed;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// An empty store that refuses every write.
final class RefusingStore implements ObjectStore {
    private static StoreFailed no() {
        return new StoreFailed(StoreFailed.Kind.REFUSED, "bucket full");
    }

    @Override
    public Upload upload(String key) {
        throw no();
    }

    @Override
    public void put(String key, byte[] content) {
        throw no();
    }

    @Override
    public void put(String key, ByteBuffer content) {
        throw no();
    }

    @Override
    public boolean putIfAbsent(String key, byte[] content) {
        throw no();
    }

    @Override
    public Optional<byte[]> get(String key, int limit) {
        return Optional.empty();
    }

    @Override
    public void read(String key, long offset, ByteBuffer target) {
        throw no();
    }

    @Override
    public List<String> list(String prefix) {
        throw no();
    }

    @Override
    public void delete(String key) {
        throw no();
    }
}
