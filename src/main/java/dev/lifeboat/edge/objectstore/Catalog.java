package dev.lifeboat.edge.objectstore;

import dev.lifeboat.agent.CheckpointStore.Claim;
import dev.lifeboat.checkpoint.CheckpointId;
import dev.lifeboat.notice.NodeName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// All that lies in one store, and its removal. Needs no key.
///
/// Removal is safe to stop anywhere and to run again: the manifest becomes a tombstone first, so that from then on
/// there is no such checkpoint; what is left of it is garbage that [#collect] finds.
final class Catalog {
    private static final String CHECKPOINTS = "checkpoints/";
    private static final String CHAINS = "chains/";
    private static final String MANIFEST = "manifest";

    /// Whatever else lies in the bucket is not ours to read or remove.
    private static final Pattern OURS = Pattern.compile("checkpoints/([a-z0-9][-a-z0-9]{0,99})/([^/]+)(/.*)?");

    private static final Pattern REFERENCE =
            Pattern.compile("chains/[^/]+/[0-9a-f]{16}/for/([a-z0-9][-a-z0-9]{0,99})/([0-9a-f]{16})");

    private final ObjectStore store;
    private final Claims claims;

    Catalog(ObjectStore store) {
        this.store = store;
        this.claims = new Claims(store);
    }

    enum State {
        /// It can be restored.
        COMMITTED,
        /// It never will be: given up, or removed.
        ABANDONED,
        /// A save is under way, or died without a trace of its end.
        UNSETTLED
    }

    /// One checkpoint, as far as it can be told without a key.
    ///
    /// @param attempt that was committed
    /// @param claimant who holds it or runs from it
    /// @param confirmed whether somebody runs from it, and needs it no more
    record Entry(
            CheckpointId id,
            State state,
            @Nullable String attempt,
            @Nullable Instant savedAt,
            @Nullable String claimant,
            boolean confirmed,
            int objects) {}

    /// In the order of their ids.
    List<Entry> entries() {
        return keysById().entrySet().stream()
                .map(each -> entry(each.getKey(), each.getValue()))
                .toList();
    }

    Optional<Entry> entry(CheckpointId id) {
        List<String> keys = keysOf(id);
        return keys.isEmpty() ? Optional.empty() : Optional.of(entry(id, keys));
    }

    private Entry entry(CheckpointId id, List<String> keys) {
        var envelope = store.get(StoredCheckpoints.manifestKey(id), ManifestFile.MAX_BYTES)
                .map(ManifestFile::envelope)
                .orElse(null);
        Optional<Claim> claim = claims.standing(id);
        return new Entry(
                id,
                stateOf(envelope),
                envelope == null ? null : envelope.attempt(),
                envelope == null ? null : ManifestFile.savedAt(envelope),
                claim.map(Claim::claimant).orElse(null),
                claims.confirmed(id).isPresent() && !claims.isFilling(id),
                keys.size());
    }

    private static State stateOf(ManifestFile.@Nullable Envelope envelope) {
        if (envelope == null) {
            return State.UNSETTLED;
        }
        return ManifestFile.ABANDONED.equals(envelope.kind()) ? State.ABANDONED : State.COMMITTED;
    }

    private SortedMap<CheckpointId, List<String>> keysById() {
        return store.list(CHECKPOINTS).stream()
                .filter(OURS.asMatchPredicate())
                .collect(Collectors.groupingBy(
                        key -> new CheckpointId(part(key, 1)),
                        () -> new TreeMap<>(Comparator.comparing(CheckpointId::value)),
                        Collectors.toList()));
    }

    /// From here on there is no such checkpoint; then its objects go, and what it kept of a chain is let go.
    void remove(CheckpointId id) {
        store.put(StoredCheckpoints.manifestKey(id), ManifestFile.abandoned(id));
        sweepObjects(id, keysOf(id), null);
        sweepReferences(Map.of(id, Optional.empty()));
    }

    /// Removes one that nobody can write again, since its name is never given twice: not even a
    /// tombstone is left.
    void erase(CheckpointId id) {
        remove(id);
        store.delete(StoredCheckpoints.manifestKey(id));
    }

    /// Removes what nothing can refer to any more: objects of removed checkpoints, of attempts that lost, and
    /// references of either to chains. A save that is under way is left alone.
    ///
    /// @param gone nodes that are no more, whose chains go too unless a checkpoint refers to them
    /// @return keys removed
    int collect(List<NodeName> gone) {
        int removed = 0;
        var settled = new TreeMap<CheckpointId, Optional<String>>(Comparator.comparing(CheckpointId::value));
        for (var each : keysById().entrySet()) {
            Entry entry = entry(each.getKey(), each.getValue());
            if (entry.state() != State.UNSETTLED) {
                settled.put(entry.id(), Optional.ofNullable(entry.attempt()));
                removed += sweepObjects(entry.id(), each.getValue(), entry.attempt());
            }
        }
        removed += sweepReferences(settled);
        for (NodeName node : gone) {
            int before = store.list(ChainKeys.ofNode(node)).size();
            ChainKeys.of(node, store).forEach(chain -> chain.sweep(store));
            removed += before - store.list(ChainKeys.ofNode(node)).size();
        }
        return removed;
    }

    /// @param kept the attempt whose objects stay; null for none, and then the claims go too
    private int sweepObjects(CheckpointId id, List<String> keys, @Nullable String kept) {
        var garbage = new ArrayList<String>();
        for (String key : keys) {
            String part = part(key, 2);
            boolean belongs = part.equals(MANIFEST) || (kept != null && (part.equals(kept) || Claims.isClaim(id, key)));
            if (!belongs) {
                garbage.add(key);
            }
        }
        garbage.forEach(store::delete);
        return garbage.size();
    }

    /// @param settled what is known of checkpoints for ever: the attempt that counts, or none
    private int sweepReferences(Map<CheckpointId, Optional<String>> settled) {
        List<String> garbage = store.list(CHAINS).stream()
                .filter(key -> {
                    Matcher reference = REFERENCE.matcher(key);
                    var attempt = reference.matches() ? settled.get(new CheckpointId(reference.group(1))) : null;
                    return attempt != null && !attempt.equals(Optional.of(reference.group(2)));
                })
                .toList();
        garbage.forEach(store::delete);
        return garbage.size();
    }

    private List<String> keysOf(CheckpointId id) {
        return store.list(StoredCheckpoints.root(id)).stream()
                .filter(OURS.asMatchPredicate())
                .toList();
    }

    private static String part(String key, int group) {
        Matcher ours = OURS.matcher(key);
        if (!ours.matches()) {
            throw new IllegalArgumentException("not one of our keys: " + key);
        }
        return ours.group(group);
    }
}
