package dev.lifeboat.agent;

import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.quantity.ByteCount;
import dev.lifeboat.workload.WorkloadId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Checkpoints in object storage, as the agent sees them.
///
/// A checkpoint exists once its manifest does. Every method may throw [StoreFailed] when the store refuses or
/// stalls, and [CorruptCheckpoint] when it gives back something else than was put there.
public interface CheckpointStore {

    /// Starts a checkpoint. Nothing of it counts until [Draft#commit].
    ///
    /// @throws StoreFailed with `REFUSED` when a manifest of that name is there already
    Draft draft(CheckpointId id);

    /// Starts a checkpoint that stores only what the chain does not hold. Where the chain was swept away meanwhile, it
    /// stores everything.
    ///
    /// @param chain of this store
    Draft draft(CheckpointId id, Chain chain);

    /// Starts a chain: pages that are put there ahead, so that a checkpoint need not carry them. What it holds is known
    /// to this process only; a restarted agent starts another.
    ///
    /// @param node that it belongs to
    Chain chain(NodeName node);

    /// Removes the chains that earlier agents of this node left and no checkpoint refers to.
    void sweep(NodeName node);

    /// @throws StoreFailed with `NOT_FOUND` when there is no manifest
    Saved open(CheckpointId id) throws InterruptedException;

    /// Whether it exists right now. One that does not may still come: its manifest may be on the wire.
    boolean committed(CheckpointId id);

    /// Whether it exists, for ever: from now on a checkpoint that was not committed never will be, whoever is still
    /// about to.
    boolean settle(CheckpointId id);

    /// The newest one of the workload that was saved on this node since then and that nobody has claimed.
    /// Its name begins as the workload's migrations do ([dev.lifeboat.migration.MigrationId#readable]).
    /// What cannot be read is not found.
    Optional<Found> unclaimed(WorkloadId workload, NodeName savedOn, Instant since);

    /// Removes the background checkpoints of the workload on this node but the newest `last` of
    /// them; what somebody has claimed stays. Chains of this node that nothing refers to any more go
    /// with them.
    void retire(WorkloadId workload, NodeName node, int last);

    /// Takes the checkpoint by one conditional write: of any number of claimants one wins.
    ///
    /// A claim carries an epoch. A higher epoch takes over a claim that has not been confirmed; a confirmed one
    /// is final. Claiming again with the same claimant and epoch wins again, so that a lost answer can be
    /// asked for anew.
    ClaimAnswer claim(CheckpointId id, Claim claim);

    /// Makes a claim final: everything is restored and nothing runs yet. Only the holder can.
    ClaimAnswer confirm(CheckpointId id, Claim claim);

    /// From now on whoever holds the checkpoint runs from it and still fetches pages: nobody may remove it. Said before
    /// the claim is confirmed.
    void filling(CheckpointId id, Claim claim);

    /// All pages are where they are needed, or nobody wants them any more; fine where [#filling] was never said.
    void filled(CheckpointId id);

    /// @param claimant node, workload and process that will run it, for people; at most 200 characters
    /// @param epoch the restore's attempt, from 1
    record Claim(String claimant, int epoch) {}

    sealed interface ClaimAnswer {
        record Won() implements ClaimAnswer {}

        /// @param holder who has it
        record Lost(Claim holder, boolean confirmed) implements ClaimAnswer {}
    }

    /// A checkpoint being written; used by one dump. Closing one that was not committed removes what it can
    /// of it.
    interface Draft extends AutoCloseable {
        PageSink pages();

        /// Adds a small or large file beside the pages, while everything is frozen.
        ///
        /// @param name relative, `/`-separated, without `..`: `criu/…` for the dumper's metadata,
        ///     `state/…` for the workload's own files
        void file(String name, Path content) throws InterruptedException;

        /// Waits until all pages and files are in the store, then puts the manifest, conditionally and last.
        Size commit(Facts facts) throws InterruptedException;

        /// Whether the manifest was sent, so that it is in the store or may come there yet, whatever [#commit] said.
        boolean isSent();

        /// What has come in and gone out so far; may be asked from any thread.
        Size size();

        /// Time in which some of it was on its way to the store; likewise.
        Duration sending();

        /// Has the key that everything of it is encrypted with wrapped by that one: asked for while the workload still
        /// runs, since who wraps may be far away. Without it, the commit has it done by the store's own.
        ///
        /// @param key as a policy names it; null for the store's own
        void seal(@Nullable String key);

        /// What is packed from now on is packed with this one; from any thread.
        void pack(Codec codec);

        /// Gives up from another thread: whoever waits in this draft gets [StoreFailed] with `STALLED`.
        void abort();

        @Override
        void close();
    }

    /// Pages in the store, found by content, whoever they belonged to and wherever they lay; those of
    /// pre-dumps also by their address. Bounded: when it is full it takes in no more, and drafts store what
    /// it does not hold.
    interface Chain extends AutoCloseable {
        /// Starts a layer of pages without owners or addresses; one layer at a time, beside any number
        /// of drafts.
        Layer layer();

        /// Starts a layer that remembers where its pages lay, as a pre-dump's do. It and later drafts inherit
        /// from the newest one before it that was settled; whether that is true of the workload's memory is
        /// for the caller to know.
        Layer layerByAddress();

        /// Bytes of different pages that need not be stored again.
        ByteCount known();

        /// What knowing them costs.
        ByteCount memory();

        /// Nothing builds on it any more. What a checkpoint refers to stays in the store, all else goes.
        @Override
        void close();
    }

    /// Pages on their way into a chain. A page counts once it is durable, also when the layer is closed before
    /// it is finished.
    interface Layer extends AutoCloseable {
        PageSink pages();

        /// Waits until all pages are in the store.
        Taken finish() throws InterruptedException;

        /// After [#finish] of a layer by address: the dumper says that it was whole, so the chain's next ones
        /// may inherit from it. A dumper that fails ends its pages as if nothing had happened, so the pages'
        /// own end tells nothing.
        void settle();

        /// So far; may be asked from any thread.
        Taken taken();

        /// Gives up from another thread: whoever waits in this layer gets [StoreFailed] with `STALLED`.
        void abort();

        /// Gives up what is not durable; returns at once.
        @Override
        void close();
    }

    /// A committed checkpoint.
    record Found(CheckpointId id, Size size) {}

    /// What a layer took in.
    ///
    /// @param pages bytes of memory, all of it
    /// @param fresh those that the chain did not hold, without zero pages
    /// @param stored bytes put into the store for them
    /// @param sending time in which some of them were on their way
    record Taken(ByteCount pages, ByteCount fresh, ByteCount stored, Duration sending) {}

    /// @param pages bytes of memory taken in, zero pages among them
    /// @param stored bytes put into the store
    record Size(ByteCount pages, ByteCount stored) {}

    /// What a reader must know before it fetches a byte.
    ///
    /// @param dumper such as `criu 4.1.1`
    /// @param rootPid of the dumped tree
    record Facts(String workload, String node, String dumper, String kernel, String cpu, long rootPid) {}

    /// A committed checkpoint, its manifest verified.
    interface Saved extends AutoCloseable {
        Facts facts();

        Size size();

        PageSource pages();

        /// The names of all files beside the pages.
        List<String> files();

        /// Verified, decrypted content of the file, written to `target`, which must not exist.
        void fetch(String name, Path target) throws InterruptedException;

        @Override
        void close();
    }
}
