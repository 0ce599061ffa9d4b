package dev.lifeboat.listener;

import java.util.LinkedHashMap;
import java.util.Map;

/// The keys met last, at most so many: the oldest are forgotten first. Safe for several threads.
final class Recent {
    private final Map<String, Boolean> keys;

    Recent(int limit) {
        this.keys = new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                return size() > limit;
            }
        };
    }

    synchronized boolean has(String key) {
        return keys.containsKey(key);
    }

    synchronized void add(String key) {
        keys.put(key, true);
    }

    synchronized void forget(String key) {
        keys.remove(key);
    }
}
