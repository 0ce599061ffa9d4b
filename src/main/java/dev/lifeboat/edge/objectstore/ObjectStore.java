package dev.lifeboat.edge.objectstore;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// Objects by key, as S3 has them. A write that returned is durable. Every method may throw
/// [StoreFailed][dev.lifeboat.agent.StoreFailed]; all may be called from any thread.
///
/// Keys are made of `[a-z0-9./-]`, without empty, `.` or `..` segments.
interface ObjectStore {

    /// Starts an object of several parts; a reader sees it once it is complete.
    Upload upload(String key);

    /// A small object, whole, whether or not there was one.
    void put(String key, byte[] content);

    /// An object of sealed chunks, whole, whether or not there was one: their seals are what its reader goes by.
    void put(String key, ByteBuffer content);

    /// By one conditional write: of any number at once, one puts.
    ///
    /// @return whether there was no object yet
    boolean putIfAbsent(String key, byte[] content);

    /// A small object, whole; empty when there is none.
    ///
    /// @param limit more bytes than that are refused
    Optional<byte[]> get(String key, int limit);

    /// Fills `target` from `offset` on.
    void read(String key, long offset, ByteBuffer target);

    /// Keys that start with `prefix`, in order.
    List<String> list(String prefix);

    /// No complaint when there is no such object.
    void delete(String key);

    interface Upload {
        /// Parts but the last have at least 5 MiB; numbered from 1, in any order, several at a time.
        ///
        /// @param offset where the part begins in the object
        void part(int number, long offset, ByteBuffer content);

        /// All parts are there.
        void complete();

        /// Forgets the parts; never throws.
        void abort();
    }
}
