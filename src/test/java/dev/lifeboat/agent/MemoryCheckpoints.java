package dev.lifeboat.agent;

import static java.util.Objects.requireNonNull;

import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.checkpoint.Codec;
import dev.lifeboat.migration.BackgroundName;
import dev.lifeboat.migration.MigrationId;
import dev.lifeboat.notice.NodeName;
import dev.lifeboat.workload.WorkloadId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A checkpoint store in memory, held to [CheckpointChainContract] like the real one. One thread at a time.
public final class MemoryCheckpoints implements CheckpointStore {
    /// One request to the store.
    public enum Call {
        LOOK,
        DRAFT,
        OPEN,
        CLAIM,
        CONFIRM,
        FILE,
        INDEX,
        MANIFEST,
        SETTLE,
        FETCH,
        CLOSE,
        CHAIN,
        LIST
    }

    /// What lies between an agent and the store; either end may throw [StoreFailed].
    public interface Way {
        /// The request has not reached the store yet.
        void there(Call call);

        /// The store has done it, and the answer is on its way.
        void back(Call call);

        /// Whoever asked has gone, or has given up: the store may still do it.
        default void outlives(Runnable request) {}
    }

    /// Nothing ever happens on it.
    public static final Way DIRECT = new Way() {
        @Override
        public void there(Call call) {}

        @Override
        public void back(Call call) {}
    };

    /// @param draft who wrote it; null for the tombstone of one that was given up
    record Manifest(@Nullable MemoryDraft draft, Instant savedAt) {
        static Manifest tombstone(Instant at) {
            return new Manifest(null, at);
        }

        boolean isBy(MemoryDraft other) {
            return draft == other;
        }
    }

    /// What the store holds, whoever looks.
    record Contents(
            Map<CheckpointId, Manifest> manifests,
            MemoryClaims claims,
            Map<NodeName, List<MemoryChain>> chains,
            List<Codec> packed,
            List<String> sealed) {}

    private final Contents objects;
    private final InstantSource clock;
    private final Way way;

    public MemoryCheckpoints() {
        this(InstantSource.system());
    }

    /// @param clock of all who save
    public MemoryCheckpoints(InstantSource clock) {
        this(
                new Contents(
                        new HashMap<>(), new MemoryClaims(), new HashMap<>(), new ArrayList<>(), new ArrayList<>()),
                clock,
                DIRECT);
    }

    private MemoryCheckpoints(Contents objects, InstantSource clock, Way way) {
        this.objects = objects;
        this.clock = clock;
        this.way = way;
    }

    /// The same store, further away: reached by another way first, then by this one's.
    public MemoryCheckpoints over(Way other) {
        return new MemoryCheckpoints(objects, clock, new Way() {
            @Override
            public void there(Call call) {
                other.there(call);
                way.there(call);
            }

            @Override
            public void back(Call call) {
                way.back(call);
                other.back(call);
            }

            @Override
            public void outlives(Runnable request) {
                other.outlives(request);
            }
        });
    }

    @Override
    public Draft draft(CheckpointId id) {
        return new MemoryDraft(objects, clock, way, unsettled(id), null);
    }

    @Override
    public Draft draft(CheckpointId id, Chain chain) {
        var base = (MemoryChain) chain;
        return new MemoryDraft(objects, clock, way, unsettled(id), base.gone ? null : base);
    }

    private CheckpointId unsettled(CheckpointId id) {
        way.there(Call.DRAFT);
        if (objects.manifests.containsKey(id)) {
            throw new StoreFailed(StoreFailed.Kind.REFUSED, id + " is settled already");
        }
        return id;
    }

    @Override
    public Chain chain(NodeName node) {
        way.there(Call.CHAIN);
        var chain = new MemoryChain();
        objects.chains.computeIfAbsent(node, _ -> new ArrayList<>()).add(chain);
        return chain;
    }

    @Override
    public void sweep(NodeName node) {
        way.there(Call.CHAIN);
        objects.chains.getOrDefault(node, List.of()).forEach(MemoryChain::close);
    }

    @Override
    public Saved open(CheckpointId id) {
        way.there(Call.OPEN);
        Manifest manifest = objects.manifests.get(id);
        if (manifest == null || manifest.draft == null) {
            throw new StoreFailed(StoreFailed.Kind.NOT_FOUND, "there is no checkpoint " + id);
        }
        return manifest.draft.saved(way);
    }

    @Override
    public boolean committed(CheckpointId id) {
        way.there(Call.LOOK);
        Manifest manifest = objects.manifests.get(id);
        return manifest != null && manifest.draft != null;
    }

    @Override
    public boolean settle(CheckpointId id) {
        way.there(Call.SETTLE);
        Manifest manifest = objects.manifests.computeIfAbsent(id, _ -> Manifest.tombstone(clock.instant()));
        way.back(Call.SETTLE);
        return manifest.draft != null;
    }

    @Override
    public Optional<Found> unclaimed(WorkloadId workload, NodeName savedOn, Instant since) {
        way.there(Call.LIST);
        return objects.manifests.entrySet().stream()
                .filter(each -> each.getValue().draft != null)
                .filter(each -> !objects.claims.has(each.getKey()))
                .filter(each -> each.getKey().value().startsWith(MigrationId.readable(workload)))
                .filter(each -> !BackgroundName.isOne(each.getKey()))
                .filter(each -> !each.getValue().savedAt.isBefore(since))
                .filter(each -> isOf(requireNonNull(each.getValue().draft), workload, savedOn))
                .max(Comparator.comparing(each -> each.getValue().savedAt))
                .map(each -> new Found(
                        each.getKey(), requireNonNull(each.getValue().draft).size()));
    }

    private static boolean isOf(MemoryDraft draft, WorkloadId workload, NodeName savedOn) {
        Facts facts = draft.facts();
        return facts.workload().equals(workload.toString()) && facts.node().equals(savedOn.value());
    }

    @Override
    public void retire(WorkloadId workload, NodeName node, int last) {
        way.there(Call.LIST);
        backgrounds(workload, node).stream()
                .skip(last)
                .filter(id -> !objects.claims.has(id))
                .forEach(objects.manifests::remove);
    }

    /// Those that are committed, the newest first.
    public List<CheckpointId> backgrounds(WorkloadId workload, NodeName node) {
        String start = BackgroundName.of(workload, node).start();
        return objects.manifests.entrySet().stream()
                .filter(each -> each.getValue().draft != null)
                .map(Map.Entry::getKey)
                .filter(id -> id.value().startsWith(start))
                .sorted(Comparator.comparing(CheckpointId::value).reversed())
                .toList();
    }

    @Override
    public ClaimAnswer claim(CheckpointId id, Claim claim) {
        way.there(Call.CLAIM);
        return objects.claims.claim(id, claim, () -> way.back(Call.CLAIM));
    }

    @Override
    public void filling(CheckpointId id, Claim claim) {
        // Nothing is ever removed here.
    }

    @Override
    public void filled(CheckpointId id) {
        // Likewise.
    }

    @Override
    public ClaimAnswer confirm(CheckpointId id, Claim claim) {
        way.there(Call.CONFIRM);
        return objects.claims.confirm(id, claim, () -> way.back(Call.CONFIRM));
    }

    /// What drafts were told to pack with, in this order.
    public List<Codec> packed() {
        return List.copyOf(objects.packed);
    }

    /// The keys that drafts were told to seal with, in this order.
    public List<String> sealed() {
        return List.copyOf(objects.sealed);
    }
}
