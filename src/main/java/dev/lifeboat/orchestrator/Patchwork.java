package dev.lifeboat.orchestrator;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// An immutable map that gives a changed copy of itself in little time, also when it holds thousands: it is made of
/// patches, and the copy shares all those that the change does not touch. Neither keys nor values are null.
///
/// The order is the same for the same content.
final class Patchwork<K, V> extends AbstractMap<K, V> {
    /// With ten thousand entries a change copies twenty of them and as many references as there are patches.
    private static final int PATCHES = 512;

    private static final Patchwork<?, ?> EMPTY = new Patchwork<>(Collections.nCopies(PATCHES, Map.of()), 0);

    private final List<Map<K, V>> patches;
    private final int size;

    private Patchwork(List<Map<K, V>> patches, int size) {
        this.patches = patches;
        this.size = size;
    }

    @SuppressWarnings("unchecked") // It holds nothing.
    static <K, V> Patchwork<K, V> empty() {
        return (Patchwork<K, V>) EMPTY;
    }

    /// The same, when it is one already.
    @SuppressWarnings(
            "unchecked") // An immutable map of these keys and values is one of them, whatever else it might be.
    static <K, V> Patchwork<K, V> copyOf(Map<K, V> map) {
        return map instanceof Patchwork<?, ?> patchwork
                ? (Patchwork<K, V>) patchwork
                : Patchwork.<K, V>empty().with(map);
    }

    Patchwork<K, V> with(Map<K, V> changes) {
        if (changes.isEmpty()) {
            return this;
        }
        var touched = new HashMap<Integer, Map<K, V>>();
        changes.forEach((key, value) -> touched.computeIfAbsent(patch(key), patch -> new HashMap<>(patches.get(patch)))
                .put(key, value));
        return patched(touched);
    }

    Patchwork<K, V> without(K key) {
        if (!containsKey(key)) {
            return this;
        }
        var rest = new HashMap<>(patches.get(patch(key)));
        rest.remove(key);
        return patched(Map.of(patch(key), rest));
    }

    Patchwork<K, V> without(Predicate<V> gone) {
        var touched = new HashMap<Integer, Map<K, V>>();
        for (int patch = 0; patch < PATCHES; patch++) {
            if (patches.get(patch).values().stream().anyMatch(gone)) {
                var rest = new HashMap<>(patches.get(patch));
                rest.values().removeIf(gone);
                touched.put(patch, rest);
            }
        }
        return touched.isEmpty() ? this : patched(touched);
    }

    @Override
    public @Nullable V get(Object key) {
        return patches.get(patch(key)).get(key);
    }

    @Override
    public boolean containsKey(Object key) {
        return patches.get(patch(key)).containsKey(key);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Set<Entry<K, V>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Entry<K, V>> iterator() {
                return patches.stream()
                        .flatMap(patch -> patch.entrySet().stream())
                        .iterator();
            }

            @Override
            public int size() {
                return size;
            }
        };
    }

    private Patchwork<K, V> patched(Map<Integer, Map<K, V>> touched) {
        var all = new ArrayList<>(patches);
        int count = size;
        for (var patch : touched.entrySet()) {
            Map<K, V> before = all.set(patch.getKey(), Collections.unmodifiableMap(patch.getValue()));
            count += patch.getValue().size() - before.size();
        }
        return new Patchwork<>(all, count);
    }

    /// The higher bits of a hash differ where the lower ones do not.
    private static int patch(Object key) {
        int hash = key.hashCode();
        return (hash ^ (hash >>> 16)) & (PATCHES - 1);
    }
}
